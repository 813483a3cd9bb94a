import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { SimulatedHost } from "../host/simulated-host.ts";
import { type DemandPhase, PhasedDemand } from "./phased-demand.ts";

/** Runs the phases under a quota; answers when they were done, and the core-seconds used. */
function run(quotaShares: number, phases: readonly DemandPhase[]): readonly [number, number] {
  const clock = new VirtualClock();
  const host = new SimulatedHost({ clock }, { cores: 2 });
  const demand = new PhasedDemand(phases);
  host.makeContainer({ name: "web", engine: "lxc", limit: { quotaShares }, demand });
  clock.advance(60);
  const used = host.readCpuUsedSeconds();
  assert.ok(demand.finishedAtSeconds !== undefined);
  return [Number(demand.finishedAtSeconds.toFixed(2)), Number(used.toFixed(3))];
}

describe("PhasedDemand", () => {
  const paced: DemandPhase = { kind: "paced", seconds: 4, cores: 0.5 };
  const flatOut: DemandPhase = { kind: "flat-out", coreSeconds: 2 };

  test("a paced phase takes its time when the limit leaves room", () => {
    assert.deepEqual(run(80, [paced]), [4, 2]);
  });

  test("a paced phase that is held back takes as long as its work, and no work is lost", () => {
    const [seconds, used] = run(25, [paced]);
    assert.equal(used, 2);
    assert.ok(seconds >= 7.8 && seconds <= 8, `took ${seconds} s`);
  });

  test("a flat-out phase takes as long as the limit lets it", () => {
    const [seconds, used] = run(50, [flatOut]);
    assert.equal(used, 2);
    assert.ok(seconds >= 3.8 && seconds <= 4, `took ${seconds} s`);
  });

  test("a phase begins when the one before is over and done", () => {
    const [seconds, used] = run(100, [paced, flatOut, { kind: "paced", seconds: 1, cores: 0 }]);
    assert.equal(used, 4);
    assert.ok(seconds >= 7 && seconds <= 7.1, `took ${seconds} s`);
  });
});
