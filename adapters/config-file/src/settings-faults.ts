import { type ServiceSettings, serviceSettingsSchemas } from "@sc/contracts";
import { findFaults } from "./find-faults.ts";

/** Every fault of what is to be set of a service, in the words of the configuration file. */
export const findSettingsFaults = (
  service: keyof ServiceSettings,
  content: object,
): readonly { readonly field: string; readonly text: string }[] =>
  findFaults(serviceSettingsSchemas[service], content).map(({ path, text }) => ({
    field: path.join("."),
    text,
  }));
