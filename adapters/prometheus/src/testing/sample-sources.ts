import type { ContainerView, HealthView, ResourceView } from "@sc/ports";
import type { MetricsSources } from "../prometheus-metrics.ts";

const cpu: ResourceView = {
  mode: "auto",
  min: 10,
  max: 200,
  maxFrom: "first-limit",
  boundaryPercent: 10,
  boundaryOf: "max",
  priority: 0,
  policy: "serverless-rules",
  current: 150,
  first: 200,
  used: 40,
  recommended: undefined,
  upper: 135,
  lower: 120,
};

/** Half a gibibyte is allowed; how much is used is not known. */
const mem: ResourceView = {
  ...cpu,
  mode: "observe",
  min: 64,
  max: 512,
  current: 512,
  first: null,
  used: undefined,
  upper: undefined,
  lower: undefined,
};

const rate: ResourceView = { ...cpu, policy: "io-fit" };

export const structureCalled = (
  name: string,
  changed: Partial<ContainerView> = {},
): ContainerView => ({
  name,
  id: "4711",
  host: "host1",
  engine: "lxc",
  isPaused: false,
  isFrozen: false,
  isLearning: true,
  watchedSeconds: 12.5,
  resources: { cpu, mem, disk_read: rate, disk_write: rate, net: rate },
  throttledRatio: 0.25,
  accounting: {
    watchedSeconds: 12.5,
    usedCoreSeconds: 5,
    allocatedCoreSeconds: 20,
    reservedCoreSeconds: 25,
    usedMibSeconds: 1,
    allocatedMibSeconds: 2,
    reservedMibSeconds: 3,
    throttledSeconds: 0.5,
    changes: 2,
  },
  lastChange: undefined,
  held: undefined,
  ...changed,
});

export const health: HealthView = {
  status: "degraded",
  isReady: true,
  host: "host1",
  isPaused: false,
  uptimeSeconds: 5,
  containers: 1,
  inAuto: 1,
  services: [
    { name: "guardian", status: "running", lastError: undefined },
    { name: "scaler", status: "failing", lastError: "a bug" },
  ],
  history: {
    lostReadings: 3,
    lostRecords: 0,
    queued: 1,
    sizeMib: 2,
    failure: undefined,
  },
  problems: [
    { code: "SC_NAME_INVALID", text: "a" },
    { code: "SC_NAME_INVALID", text: "b" },
  ],
};

/** One host, and what a test says runs on it. */
export const sourcesOf = (
  structures: readonly ContainerView[],
  changed: Partial<HealthView> = {},
): MetricsSources => ({
  orchestration: {
    listStructures: () => structures,
    hostHealth: () => ({ ...health, ...changed }),
  },
  agent: {
    hostObservation: () => ({
      cpu: { total: 800, grantable: 700, granted: 150, isOvercommitted: false },
      mem: { total: 1024, grantable: 512, granted: 1024, isOvercommitted: true },
      disk_read: { total: 500, grantable: 450, granted: 0, isOvercommitted: false },
      disk_write: { total: 500, grantable: 450, granted: 0, isOvercommitted: false },
      net: { total: 1000, grantable: 900, granted: 0, isOvercommitted: false },
      isPressed: false,
    }),
  },
  posted: () => ({
    accepted: 1000,
    refused: [{ why: "not-a-number", count: 3 }],
    noted: [{ why: "late", count: 2 }],
    series: 40,
  }),
  counters: {
    counters: () => ({
      samples: 100,
      events: [{ resource: "cpu", direction: "up", count: 4 }],
      requests: [{ resource: "cpu", direction: "down", count: 3 }],
      held: [{ resource: "cpu", code: "learning", count: 2 }],
      changes: [{ resource: "mem", outcome: "refused", author: "other-hand", count: 1 }],
    }),
  },
});
