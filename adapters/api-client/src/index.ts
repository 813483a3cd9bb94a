export { type Api, ApiClient, type HistoryQuestion } from "./api-client.ts";
export { defaultSocketPath } from "./default-socket.ts";
export { ApiError, ServerUnreachable } from "./errors.ts";
export type { Target } from "./exchange.ts";
