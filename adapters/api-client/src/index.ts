export {
  type Api,
  ApiClient,
  type Collection,
  type Declared,
  type HistoryQuestion,
  type Time,
  type UsageHistoryQuestion,
} from "./api-client.ts";
export { defaultSocketPath } from "./default-socket.ts";
export { ApiError, ServerUnreachable } from "./errors.ts";
export type { Target } from "./exchange.ts";
export type { StreamQuestion } from "./follow.ts";
