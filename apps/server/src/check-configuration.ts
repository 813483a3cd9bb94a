import { type ConfigurationFault, ConfigurationInvalid, loadConfiguration } from "@sc/config-file";
import type { Configuration } from "@sc/contracts";

/** What a configuration file leads to, without starting anything. */
export type ConfigurationCheck =
  | { readonly isValid: true; readonly configuration: Configuration }
  | {
      readonly isValid: false;
      readonly path: string;
      /** Every one, with its place and line. */
      readonly faults: readonly ConfigurationFault[];
    };

/** Without a path: the file the server would read, or the defaults where there is none. */
export function checkConfiguration({
  configPath,
}: {
  readonly configPath?: string | undefined;
}): ConfigurationCheck {
  try {
    return { isValid: true, configuration: loadConfiguration({ path: configPath }) };
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    return { isValid: false, path: error.path, faults: error.faults };
  }
}
