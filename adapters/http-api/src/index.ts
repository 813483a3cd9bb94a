export { ListenFailed, TokenUnreadable } from "./errors.ts";
export type { ApiFaces } from "./faces.ts";
export type { FurtherRoutes } from "./further-routes.ts";
export { type ServedRoutes, serveRoutes } from "./http-servers.ts";
export { type HttpApi, type HttpApiOptions, startHttpApi } from "./start-http-api.ts";
export { loadOrCreateToken } from "./token-file.ts";
