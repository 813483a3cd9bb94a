import { type Command, InvalidArgumentError } from "commander";

const lengthMax = 200;
const characters = /^[A-Za-z0-9_.@:+\\-]+$/;

/** What cannot be a name is told before anything is asked: the server would only say the same. */
export function nameOf(text: string): string {
  if (text.length > lengthMax)
    throw new InvalidArgumentError(`longer than ${lengthMax} characters`);
  if (!characters.test(text) || text === "." || text === "..") {
    throw new InvalidArgumentError("not a name: letters, digits and _ . @ : + - \\");
  }
  return text;
}

const namedArguments: ReadonlySet<string> = new Set([
  "name",
  "rule",
  "service",
  "host",
  "container",
  "application",
  "user",
]);

/** Of every command that is about one thing by name. */
export function checkNames(command: Command): void {
  for (const argument of command.registeredArguments) {
    if (namedArguments.has(argument.name())) argument.argParser(nameOf);
  }
  command.commands.forEach(checkNames);
}
