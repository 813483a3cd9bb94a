import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { Configuration } from "@sc/contracts";
import { defaultFolders, type Surroundings } from "./default-folders.ts";
import { ConfigurationInvalid } from "./errors.ts";
import { parseConfiguration } from "./parse-configuration.ts";

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
    return readFileSync(path, "utf8");
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

const surroundingsOfThisProcess = (): Surroundings => ({
  isRoot: process.getuid?.() === 0,
  home: homedir(),
  environment: process.env,
});
