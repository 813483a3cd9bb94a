export { type DefaultFolders, defaultFolders, type Surroundings } from "./default-folders.ts";
export { type ConfigurationFault, ConfigurationInvalid } from "./errors.ts";
export { loadConfiguration } from "./load-configuration.ts";
export { findSettingsFaults } from "./settings-faults.ts";
