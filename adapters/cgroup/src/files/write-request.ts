export interface WriteTask {
  readonly file: string;
  readonly value: string;
}

/** How a write ended: `not-begun` touched nothing, and may be asked for again at once. */
export type EndedWrite =
  | { readonly kind: "written" }
  | { readonly kind: "failed"; readonly errno: string; readonly task: WriteTask }
  | { readonly kind: "not-begun" };

/** What is handed to a thread, which answers with an `EndedWrite`. */
export interface WriteRequest {
  readonly tasks: readonly WriteTask[];
  /** Shared by both threads: whoever changes it first decides whether the write is made. */
  readonly claim: Int32Array;
}

const claims = { none: 0, begun: 1, cancelled: 2 } as const;

/** Shared memory, since a message would be read only once the thread is idle again. */
export const newClaim = (): Int32Array =>
  new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** `false`: it was cancelled before, and must not be made any more. */
export const begin = (claim: Int32Array): boolean =>
  Atomics.compareExchange(claim, 0, claims.none, claims.begun) === claims.none;

/** `false`: it was begun before, and can only be waited for. */
export const cancel = (claim: Int32Array): boolean =>
  Atomics.compareExchange(claim, 0, claims.none, claims.cancelled) !== claims.begun;
