/** The published controllers at their published strength: what every comparison runs. */

import { autopilotCpu, autopilotMem } from "./autopilot.ts";
import { captain } from "./captain.ts";
import { clairvoyant } from "./clairvoyant.ts";
import { escra } from "./escra.ts";
import { escraMemory } from "./escra-memory.ts";
import { provisioned, staticPeak, staticTwiceMean } from "./fixed-limits.ts";
import { k8sCpu, k8sFast } from "./k8s-usage-peak.ts";
import { koordinatorBurst } from "./koordinator-burst.ts";
import type { Peer } from "./peer.ts";
import { proxmoxCpu, proxmoxMem } from "./proxmox.ts";
import { senpai } from "./senpai.ts";
import { serverlessOriginalCpu, serverlessOriginalMem } from "./serverless-original.ts";
import { vpaCpu, vpaMem } from "./vpa.ts";

export const cpuPeers: readonly Peer[] = [
  provisioned("cpu"),
  staticPeak("cpu"),
  staticTwiceMean("cpu"),
  clairvoyant(),
  serverlessOriginalCpu(),
  vpaCpu(),
  autopilotCpu(),
  captain(),
  escra(),
  k8sCpu(),
  k8sFast(),
  koordinatorBurst(),
  proxmoxCpu(),
];

export const memPeers: readonly Peer[] = [
  provisioned("mem"),
  staticPeak("mem"),
  serverlessOriginalMem(),
  vpaMem(),
  autopilotMem(),
  escraMemory(),
  senpai(),
  proxmoxMem(),
];
