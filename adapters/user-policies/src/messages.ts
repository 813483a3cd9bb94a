import type { MessagePort } from "node:worker_threads";
import type { UserPolicyInput } from "./user-policy.ts";

/** What the thread of a module is started with. */
export interface ThreadData {
  readonly file: string;
  readonly port: MessagePort;
  /** Set to 1 when an answer is there. */
  readonly flag: Int32Array;
}

export interface Question {
  /** Another run of the same structure begins anew. */
  readonly run: number;
  readonly input: UserPolicyInput;
}

/** What comes back is a module's and may be anything: these are the keys that are looked at. */
export interface Answer {
  readonly limit?: unknown;
  readonly cpu?: unknown;
  readonly reason?: unknown;
  /** Why there is no decision. */
  readonly fault?: string;
}

export const faultLengthMax = 300;
export const reasonLengthMax = 300;
