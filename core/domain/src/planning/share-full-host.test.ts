import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuLimitOfShares } from "../structure/cpu-limit.ts";
import { idFor, nameFor, requestFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { beginBrakes } from "./container-brakes.ts";
import { beginHostBrakes } from "./host-brakes.ts";
import { planHost } from "./plan-host.ts";
import type { PlannedContainer } from "./planned-container.ts";

const container = (name: string, shares: number): PlannedContainer => ({
  id: idFor(name),
  isPaused: false,
  cpuLimit: cpuLimitOfShares(shares, 100),
  resources: {
    cpu: {
      limit: shares,
      settings: settingsFor({ min: 10 }),
      brakes: beginBrakes(monotonicSeconds(0)),
      floor: 0,
      isAwaitingAnswer: false,
    },
    mem: undefined,
  },
});

test("on an overcommitted host a growth is held for that, also where it is shared anew", () => {
  const containers: Record<string, PlannedContainer> = {
    web: container("web", 10),
    big: container("big", 300),
  };
  const { orders, held } = planHost({
    host: "host-1",
    at: monotonicSeconds(1000),
    requests: [requestFor("web", { amount: 50, from: 10 })],
    observation: {
      cpu: { total: 400, grantable: 150, granted: 310, isOvercommitted: true },
      mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
      isPressed: false,
    },
    growthUnderWay: { cpu: 0, mem: 0 },
    container: (name) => containers[name],
    hostBrakes: beginHostBrakes(monotonicSeconds(0)),
    brakeSettings: defaultBrakeSettings,
    names: () => ["web", "big"].map(nameFor),
    firstSequence: 1,
  });
  assert.deepEqual(
    held.map(({ reason }) => reason.code),
    ["host-overcommitted"],
  );
  assert.deepEqual(
    orders.map(({ order }) => `${order.structure} ${order.author.name}`),
    ["big fair-share"],
  );
});
