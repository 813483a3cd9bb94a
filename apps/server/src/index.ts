export { type ConfigurationCheck, checkConfiguration } from "./check-configuration.ts";
export { checkPolicy } from "./check-policy.ts";
export { type OfflineRelease, releaseOffline } from "./release-offline.ts";
export { type RunServerOptions, runServer } from "./run-server.ts";
