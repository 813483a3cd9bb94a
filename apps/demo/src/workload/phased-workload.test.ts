import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { demoPhases, phasesFrom, quantaOf } from "./phased-workload.ts";

describe("the plan of the workload", () => {
  test("a paced phase spreads its work evenly over its time", () => {
    const phase = { kind: "paced", name: "light", seconds: 8, cores: 0.1 } as const;
    assert.deepEqual(quantaOf(phase), { count: 400, spacingSeconds: 0.02 });
  });

  test("light work has some in every tenth of a second, so that it looks light there", () => {
    for (const phase of demoPhases) {
      if (phase.kind !== "paced" || phase.cores === 0) continue;
      assert.ok(quantaOf(phase).spacingSeconds <= 0.025, phase.name);
    }
  });

  test("a flat-out phase is its work, back to back", () => {
    const phase = { kind: "flat-out", name: "busy", coreSeconds: 4 } as const;
    assert.deepEqual(quantaOf(phase), { count: 2000, spacingSeconds: 0 });
  });

  test("an idle phase has no work and still takes its time", () => {
    const phase = { kind: "paced", name: "idle", seconds: 6, cores: 0 } as const;
    assert.deepEqual(quantaOf(phase), { count: 0, spacingSeconds: 0 });
  });

  test("the work is the same from whichever phase it is begun", () => {
    const quantaFrom = (first: number): number =>
      phasesFrom(first).reduce((sum, phase) => sum + quantaOf(phase).count, 0);
    for (const first of demoPhases.keys()) assert.equal(quantaFrom(first), quantaFrom(0));
    // Of 2 ms each: 7.5 core-seconds.
    assert.equal(quantaFrom(0), 3750);
  });

  test("phases begun at another one keep their order, round the end", () => {
    const names = phasesFrom(4).map(({ name }) => name);
    assert.deepEqual(names, ["burst of work", "quiet", "light", "busy", "idle", "medium"]);
  });

  test("under 80 shares a run takes 32 to 36 s", () => {
    const seconds = demoPhases.reduce(
      (sum, phase) => sum + (phase.kind === "paced" ? phase.seconds : phase.coreSeconds / 0.8),
      0,
    );
    assert.ok(seconds >= 32 && seconds <= 36, `${seconds} s`);
  });
});
