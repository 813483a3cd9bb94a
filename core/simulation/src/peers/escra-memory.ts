/**
 * Escra's memory half (gregcusack/ec_gcm at 1bacc8d, no licence: from the description of its
 * rules): its patched kernel asks before it kills, and gets a slice of 5 000 pages while the pool
 * has any; each 5 s what is held beyond 50 MiB over the usage is taken back.
 *
 * Assumed: the pool is the container's max (so nobody else has to be reclaimed from). A reading
 * each 0.1 s stands for the event; the wait at the limit makes the difference one of delay only.
 */

import { clampToBand, type Peer, type PeerReading, wishFor } from "./peer.ts";

const sliceMib = (5000 * 4) / 1024;
const safeMarginMib = 50;
const reclaimSeconds = 5;
/** Rounding may leave a container a page short of a limit that it waits at. */
const pageMib = 4 / 1024;

export function escraMemory(): Peer {
  return {
    name: "escra",
    resource: "mem",
    sampleSeconds: 0.1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    atLimit: "wait",
    begin: (start) => {
      let reclaimedAt = 0;
      return {
        step: (reading) => {
          const isDue = reading.seconds - reclaimedAt >= reclaimSeconds;
          if (isDue) reclaimedAt = reading.seconds;
          return wishFor(clampToBand(nextLimit(reading, isDue), start), reading.limit);
        },
      };
    },
  };
}

function nextLimit({ used, limit, isKilled }: PeerReading, isReclaimDue: boolean): number {
  if (isKilled === true || used >= limit - pageMib) return limit + sliceMib;
  return isReclaimDue && limit - used > safeMarginMib ? used + safeMarginMib : limit;
}
