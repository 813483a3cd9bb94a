export { type ConfigurationCheck, checkConfiguration } from "./check-configuration.ts";
export { type OfflineRelease, releaseOffline } from "./release-offline.ts";
export { type RunServerOptions, runServer } from "./run-server.ts";
