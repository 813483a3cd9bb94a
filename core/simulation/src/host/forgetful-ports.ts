/**
 * What a host without a kernel needs not: its limits end with the process, so nothing is to be kept, and
 * nothing to be put back.
 */
import { ok } from "@sc/domain";
import type { DocumentStore, Journal, Lease, Log } from "@sc/ports";

export function forgetfulStore(): DocumentStore {
  let revisions = 0;
  return {
    load: async () => ok({ documents: [], faults: [] }),
    save: async (writes) =>
      ok(
        writes.flatMap((write) => {
          if (write.action !== "put") return [];
          revisions += 1;
          return [{ document: write.document, revision: revisions }];
        }),
      ),
    watch: () => ({ cancel: () => undefined }),
    close: async () => undefined,
  };
}

export const noJournal: Journal = {
  append: () => ok(undefined),
  recover: () => [],
  forget: () => undefined,
  close: () => undefined,
};

export const endlessLease: Lease = {
  seconds: 10,
  recover: () => [],
  hold: () => ok(undefined),
  drop: () => undefined,
  beat: () => undefined,
  state: () => "fresh",
  renew: () => true,
  end: () => undefined,
};

export const silentLog: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
