import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Guard, guardOf, modesForGuard } from "./guard.ts";

const guard = (isGuarded: boolean, cpu: boolean, mem: boolean): Guard => ({
  isGuarded,
  resources: { cpu, mem },
});
const nothing = guard(false, false, false);

describe("the guard that is answered", () => {
  test("is what was switched while nothing is in auto", () => {
    const kept = guard(false, true, false);
    assert.deepEqual(guardOf(kept, { cpu: "observe", mem: "recommend" }), kept);
  });

  test("follows a mode that was set in another way, and takes no other resource along", () => {
    const kept = guard(false, true, true);
    assert.deepEqual(guardOf(kept, { cpu: "observe", mem: "auto" }), guard(true, false, true));
  });

  test("is off for a resource that was taken out of auto in another way", () => {
    const kept = guard(true, true, true);
    assert.deepEqual(guardOf(kept, { cpu: "observe", mem: "auto" }), guard(true, false, true));
  });

  test("says nothing of a resource the container does not have", () => {
    const kept: Guard = { isGuarded: true, resources: { cpu: true } };
    assert.deepEqual(guardOf(kept, { cpu: "auto", mem: "auto" }), kept);
  });
});

describe("the modes of a guard", () => {
  test("are auto where both switches are on, and only where one was switched", () => {
    assert.deepEqual(modesForGuard(nothing, guard(true, true, false)), { cpu: "auto" });
    assert.deepEqual(modesForGuard(nothing, guard(false, true, true)), {});
    assert.deepEqual(modesForGuard(guard(false, true, true), guard(true, true, true)), {
      cpu: "auto",
      mem: "auto",
    });
    assert.deepEqual(modesForGuard(guard(true, true, true), guard(true, true, false)), {
      mem: "observe",
    });
  });
});
