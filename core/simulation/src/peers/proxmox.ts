/**
 * proxmox-lxc-autoscale (v2.0.2, MIT), re-described: looks each 300 s at how much of the limit is
 * used, and moves it by a step.
 *
 *     cpu  over 80 % + 1 core (2 when it is all used), under 20 % − 1 core
 *     mem  over 70 % + 256 MiB, under 20 % − 256 MiB
 *
 * Assumed: usage is the mean since the last look; "all" is from 95 %; the reserve of the host
 * (10 % of its cpu, 2 GB) lies outside the container's max. Its boost mode, off by default, is left
 * out. A change is a `pct set` on the host: less than a second, not published, charged as 0.
 */

import { clampToBand, type Peer, type PeerReading, wishFor } from "./peer.ts";

const stepShares = 100;
const stepMib = 256;

export function proxmoxCpu(): Peer {
  return proxmox("cpu", (use) => {
    if (use > 0.8) return use >= 0.95 ? 2 * stepShares : stepShares;
    return use < 0.2 ? -stepShares : 0;
  });
}

export function proxmoxMem(): Peer {
  return proxmox("mem", (use) => {
    if (use > 0.7) return stepMib;
    return use < 0.2 ? -stepMib : 0;
  });
}

function proxmox(resource: Peer["resource"], stepOf: (use: number) => number): Peer {
  return {
    name: "proxmox",
    resource,
    sampleSeconds: 300,
    sensingSeconds: 0,
    actuationSeconds: 0,
    begin: (start) => ({
      step: ({ used, limit: inForce }: PeerReading) => {
        const step = stepOf(used / inForce);
        return wishFor(clampToBand(inForce + step, start), inForce);
      },
    }),
  };
}
