import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import type { Configuration } from "@sc/contracts";
import { defaultFolders, type Surroundings } from "./default-folders.ts";
import { ConfigurationInvalid } from "./errors.ts";
import { parseConfiguration, textLengthMax } from "./parse-configuration.ts";

/**
 * The configuration in force. Without `path` the default file is read, which need not be there; a
 * file that was named must be.
 */
export function loadConfiguration(options: {
  readonly path?: string | undefined;
  readonly surroundings?: Surroundings;
}): Configuration {
  const folders = defaultFolders(options.surroundings ?? surroundingsOfThisProcess());
  const path = options.path ?? folders.configurationFile;
  const text = readText(path, options.path !== undefined);
  return parseConfiguration(text, { path, folders });
}

function readText(path: string, mustExist: boolean): string {
  try {
    return readFile(path);
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isAbsent && !mustExist) return "";
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationInvalid(
      path,
      [{ place: "", text: `the file cannot be read: ${why}`, line: undefined }],
      { cause: error },
    );
  }
}

/** More than any text that is taken has: UTF-8 needs up to four for a character. */
const bytesReadMax = 4 * textLengthMax + 1;

/** A pipe that nobody writes to would be waited for without end, and a device may have none. */
function readFile(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(descriptor);
    if (found.isFIFO() || found.isSocket()) throw new Error("it is no file");
    const bytes = Buffer.alloc(bytesReadMax);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    }
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(descriptor);
  }
}

const surroundingsOfThisProcess = (): Surroundings => ({
  isRoot: process.getuid?.() === 0,
  home: homedir(),
  environment: process.env,
});
