/** One thing that is wrong in the file. */
export interface ConfigurationFault {
  /** `sampling.autoSeconds`; empty for the file as a whole. */
  readonly place: string;
  /** What was found and what is expected, as a sentence. */
  readonly text: string;
  readonly line: number | undefined;
}

/** The configuration file cannot be used; every fault is named, not only the first. */
export class ConfigurationInvalid extends Error {
  readonly code = "SC_CONFIG_INVALID";
  readonly path: string;
  readonly faults: readonly ConfigurationFault[];

  constructor(path: string, faults: readonly ConfigurationFault[], options?: ErrorOptions) {
    super(`${path} cannot be used:\n${faults.map(describe).join("\n")}`, options);
    this.name = "ConfigurationInvalid";
    this.path = path;
    this.faults = faults;
  }
}

function describe({ line, place, text }: ConfigurationFault): string {
  const where = line === undefined ? "" : `line ${line}: `;
  return place === "" ? `  ${where}${text}` : `  ${where}${place}: ${text}`;
}
