import { type Configuration, configurationSchema } from "@sc/contracts";
import { type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { DefaultFolders } from "./default-folders.ts";
import { type ConfigurationFault, ConfigurationInvalid } from "./errors.ts";
import {
  type Fault,
  findContradictions,
  findFaults,
  isGroup,
  type KeyPath,
} from "./find-faults.ts";

export interface ParseOptions {
  /** For messages. */
  readonly path: string;
  readonly folders: DefaultFolders;
}

/** Twenty times of all keys with their comments; where a parser needs the square, it is soon over. */
export const textLengthMax = 65_536;

/** The text of a configuration file, checked whole, with every default filled in. */
export function parseConfiguration(text: string, options: ParseOptions): Configuration {
  const refuse: Refuse = (faults) => new ConfigurationInvalid(options.path, faults.map(readable));
  if (text.length > textLengthMax) {
    const long = `the file has more than ${textLengthMax} characters, expected at most as many`;
    throw refuse([{ place: "", text: long, line: undefined }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw refuse(
      document.errors.map(({ message, pos }) => ({
        place: "",
        text: firstLine(message),
        line: lines.linePos(pos[0]).line,
      })),
    );
  }
  const located = (faults: readonly Fault[]) =>
    faults.map((fault) => locate(document, lines, fault));

  // A section whose keys are all commented out is empty, not wrong.
  const value = toValue(document, { lines, refuse });
  const written = withoutEmptyGroups(configurationSchema, value ?? {});
  const faults = findFaults(configurationSchema, written);
  if (faults.length > 0) throw refuse(located(faults));

  const configuration = withDefaults(written, options.folders);
  const contradictions = findContradictions(configuration);
  if (contradictions.length > 0) throw refuse(located(contradictions));
  return configuration;
}

type Refuse = (faults: readonly ConfigurationFault[]) => ConfigurationInvalid;

function toValue(
  document: Document,
  { lines, refuse }: { readonly lines: LineCounter; readonly refuse: Refuse },
): unknown {
  let composed: ConfigurationFault | undefined;
  try {
    composed = firstComposedKey(document, lines);
    if (composed === undefined) return document.toJS();
  } catch (error) {
    // An alias without its anchor, so many that they would fill the memory, or nested too deep.
    const text = error instanceof Error ? error.message : String(error);
    throw refuse([{ place: "", text, line: undefined }]);
  }
  throw refuse([composed]);
}

/** A key that is a list or a group: made a text for each level it is nested, it takes minutes. */
function firstComposedKey(document: Document, lines: LineCounter): ConfigurationFault | undefined {
  let found: ConfigurationFault | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key)) return undefined;
      const offset = isNode(key) ? key.range?.[0] : undefined;
      const line = offset === undefined ? undefined : lines.linePos(offset).line;
      found = { place: "", text: "a key is a list, a group or an alias, expected a text", line };
      return visit.BREAK;
    },
  });
  return found;
}

function withDefaults(written: unknown, folders: DefaultFolders): Configuration {
  const own = isGroup(written) ? written : {};
  const { run, state } = folders;
  const placed = { runFolder: run, stateFolder: state, ...own };
  const api = {
    socket: `${placed.runFolder}/api.sock`,
    ...(isGroup(own.api) ? own.api : {}),
  };
  return Value.Parse(configurationSchema, Value.Default(configurationSchema, { ...placed, api }));
}

function withoutEmptyGroups(schema: TSchema, value: unknown): unknown {
  if (!Type.IsObject(schema)) return value;
  if (value === null) return {};
  if (!isGroup(value)) return value;
  const entries = Object.entries(value).map(([key, child]) => {
    const childSchema = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    return [key, childSchema === undefined ? child : withoutEmptyGroups(childSchema, child)];
  });
  return Object.fromEntries(entries);
}

function locate(document: Document, lines: LineCounter, fault: Fault): ConfigurationFault {
  const offset = offsetOf(document, fault.path);
  const line = offset === undefined ? undefined : lines.linePos(offset).line;
  return { place: fault.path.join("."), text: fault.text, line };
}

/** Where the key stands in the file; `undefined` for keys that are not written there. */
function offsetOf(document: Document, path: KeyPath): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const key = path.at(-1);
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

const shownMaxLength = 300;

/** The file may hold anything, and what is said about it goes to a terminal. */
const readable = ({ place, text, line }: ConfigurationFault): ConfigurationFault => ({
  place: printable(place),
  text: printable(text),
  line,
});

function printable(text: string): string {
  const safe = text.slice(0, shownMaxLength).replaceAll(/\p{Cc}/gu, "\u{fffd}");
  return text.length <= shownMaxLength ? safe : `${safe}…`;
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? text;
