import { randomBytes } from "node:crypto";
import type { Configuration } from "@sc/contracts";
import { NodeClock } from "@sc/node-runtime";
import type { DocumentStore, Experiments, HistoryStore, Log } from "@sc/ports";
import { ExperimentDesk } from "@sc/services";
import { listenFor } from "./compatibility.ts";

/** As the published server's database names its documents. */
const idBytes = 12;

export const openExperiments = (stores: {
  readonly documents: DocumentStore;
  readonly history: HistoryStore;
}): ExperimentDesk =>
  new ExperimentDesk({
    clock: new NodeClock(),
    store: stores.documents,
    history: stores.history,
    newId: () => randomBytes(idBytes).toString("hex"),
  });

/** Loaded only where it is wanted. */
export async function openTimestamps(
  { timestamps }: Configuration,
  experiments: Experiments,
  log: Log,
): Promise<{ close(): Promise<void> }> {
  const { allow } = timestamps;
  const listen = listenFor(timestamps.listen, { open: true, allow });
  if (listen === null) return { close: async () => {} };
  const { startTimestampsApi } = await import("@sc/timestamps-api");
  const { AddressList } = await import("@sc/published-api");
  const asking = new AddressList(["127.0.0.0/8", "::1", ...allow]);
  const mayAsk = (address: string): boolean => asking.has(address);
  const served = await startTimestampsApi({ listen, experiments, mayAsk, log });
  log.info("serving timestamps", { listen, port: served.port });
  return served;
}
