import { type HostObservation, monotonicSeconds, type UsageSample } from "@sc/domain";
import { idFor, nameFor } from "@sc/domain/testing";

/** With room to spare. */
export const host: HostObservation = {
  cpu: { total: 1000, grantable: 900, granted: 0, isOvercommitted: false },
  mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
  isPressed: false,
};

/** Of a container that uses most of its limit. */
export const sampleOf = (name: string, changed: Partial<UsageSample> = {}): UsageSample => ({
  name: nameFor(name),
  id: idFor(name),
  at: monotonicSeconds(1),
  windowSeconds: 0.1,
  cpuSharesUsed: 150,
  cpuLimit: { quotaShares: 170, burstShares: 0, periodMs: 100, weight: 170 },
  isFrozen: false,
  memMibUsed: undefined,
  memMibFloor: undefined,
  memMibLimit: undefined,
  ...changed,
});
