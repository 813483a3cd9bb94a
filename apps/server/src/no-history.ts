import { err } from "@sc/domain";
import type { HistoryStore, HistoryUnreadable } from "@sc/ports";

const unavailable: HistoryUnreadable = {
  code: "SC_HISTORY_UNAVAILABLE",
  text: "no history is kept",
};

/** Where no history is kept. */
export const noHistory: HistoryStore = {
  appendReading: () => undefined,
  appendRecords: () => undefined,
  usage: async () => err(unavailable),
  records: async () => err(unavailable),
  structures: async () => err(unavailable),
  status: () => ({
    lostReadings: 0,
    lostRecords: 0,
    queued: 0,
    sizeMib: undefined,
    failure: undefined,
  }),
  setRetention: () => undefined,
  close: async () => undefined,
};
