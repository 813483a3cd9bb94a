import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { UsageError } from "../errors.ts";

/** The object a file holds; `-` = what comes in on stdin. What stands in it is judged by the server. */
export async function readJsonFile(path: string): Promise<object> {
  return parse(path, await read(path));
}

async function read(path: string): Promise<string> {
  try {
    return path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read: ${why}`);
  }
}

function parse(path: string, words: string): object {
  try {
    const value: unknown = JSON.parse(words);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} is no JSON: ${why}`);
  }
  throw new UsageError(`${path} holds no object`);
}
