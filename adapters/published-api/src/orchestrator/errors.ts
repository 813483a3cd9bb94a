import type { ApiProblem } from "@sc/ports";
import type { PeerRefusal } from "../access/refuse-peer.ts";

export type RefusalCode =
  | ApiProblem["code"]
  | PeerRefusal["code"]
  | "SC_REQUEST_INVALID"
  | "SC_REQUEST_TOO_LARGE"
  | "SC_MEDIA_TYPE_UNKNOWN"
  | "SC_ROUTE_UNKNOWN"
  | "SC_METHOD_NOT_ALLOWED"
  | "SC_INTERNAL";

/** A request that is answered with its status, a text that clients look for words in, and a code. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly code: RefusalCode;

  constructor(status: number, code: RefusalCode, message: string) {
    super(message);
    this.name = "RequestRefused";
    this.status = status;
    this.code = code;
  }
}

/** What was sent is wrong. */
export const invalid = (message: string): RequestRefused =>
  new RequestRefused(400, "SC_REQUEST_INVALID", message);

export const notFound = (what: string): RequestRefused =>
  new RequestRefused(404, "SC_STRUCTURE_UNKNOWN", `${what}: it was not found`);
