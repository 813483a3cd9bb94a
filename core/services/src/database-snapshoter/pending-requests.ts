import type { HeldRequest, MonotonicSeconds, Reason, ScalingRequest } from "@sc/domain";

export interface SettledRequest {
  readonly request: ScalingRequest;
  readonly held: Reason | undefined;
}

/**
 * Requests of which it is not known yet whether they were held: that is told right after them. At most
 * one of each structure and resource: the next one settles the one before.
 */
export class PendingRequests {
  readonly #byKey = new Map<
    string,
    { readonly request: ScalingRequest; held: Reason | undefined }
  >();

  /** Answers with the one it takes the place of. */
  add(request: ScalingRequest): SettledRequest | undefined {
    const key = keyOf(request);
    const before = this.#byKey.get(key);
    this.#byKey.set(key, { request, held: undefined });
    return before;
  }

  hold({ request, reason }: HeldRequest): void {
    const pending = this.#byKey.get(keyOf(request));
    // Told by its time: where messages cross a process the request arrives as a copy.
    if (pending !== undefined && pending.request.at === request.at) pending.held = reason;
  }

  /** Takes out those that are older than `at`. */
  settle(at: MonotonicSeconds): readonly SettledRequest[] {
    const settled: SettledRequest[] = [];
    for (const [key, pending] of this.#byKey) {
      if (pending.request.at >= at) continue;
      this.#byKey.delete(key);
      settled.push(pending);
    }
    return settled;
  }

  clear(): void {
    this.#byKey.clear();
  }
}

const keyOf = ({ structure, resource }: ScalingRequest): string => `${resource} ${structure}`;
