import { setImmediate } from "node:timers/promises";
import type { ResourceHistory, UsageHistory } from "@sc/domain";

/** A piece takes less than a millisecond to write down, and sampling waits no longer for it. */
const pieceLength = 2000;

/**
 * A day in steps of a second is a million numbers: written down at once they would hold up the loop
 * for a tenth of a second, so they come in pieces with a turn of the loop after each.
 */
export async function* usageHistoryJson(history: UsageHistory): AsyncGenerator<string> {
  const { structure, stepSeconds, sums } = history;
  yield `{"structure":${JSON.stringify(structure)},"stepSeconds":${stepSeconds},"stamps":`;
  yield* column(history.stamps);
  yield ',"cpu":';
  yield* resource(history.cpu);
  yield ',"mem":';
  yield* resource(history.mem);
  yield ',"throttledRatio":';
  yield* column(history.throttledRatio);
  yield `,"sums":${JSON.stringify(sums)}}`;
}

async function* resource(history: ResourceHistory): AsyncGenerator<string> {
  let separator = "{";
  for (const name of ["used", "usedMax", "limit", "allocated", "reserved"] as const) {
    yield `${separator}"${name}":`;
    yield* column(history[name]);
    separator = ",";
  }
  yield "}";
}

/** NaN, which is not known, and infinity, which is no limit, both become `null`: JSON has neither. */
async function* column(values: Float64Array): AsyncGenerator<string> {
  let separator = "[";
  for (let begin = 0; begin < values.length; begin += pieceLength) {
    const piece = [...values.subarray(begin, begin + pieceLength)];
    yield separator + JSON.stringify(piece).slice(1, -1);
    separator = ",";
    await setImmediate();
  }
  yield values.length === 0 ? "[]" : "]";
}
