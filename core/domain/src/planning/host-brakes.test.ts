import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings as settings } from "./brake-settings.ts";
import { beginHostBrakes, hostShrinksLeft, recordHostShrinks } from "./host-brakes.ts";

const seconds = monotonicSeconds;
const begun = beginHostBrakes(seconds(0));

test("10 shrinks a minute in the first 10 min, then 60", () => {
  assert.equal(hostShrinksLeft(begun, settings, seconds(599)), 10);
  assert.equal(hostShrinksLeft(begun, settings, seconds(600)), 60);
});

test("what was shrunk in the last minute is taken off, and comes back after it", () => {
  const used = recordHostShrinks(begun, seconds(100), 7);
  assert.equal(hostShrinksLeft(used, settings, seconds(159)), 3);
  assert.equal(hostShrinksLeft(used, settings, seconds(160)), 10);
});

test("never less than none, also when the allowance became smaller", () => {
  const used = recordHostShrinks(begun, seconds(100), 30);
  assert.equal(hostShrinksLeft(used, settings, seconds(101)), 0);
});

test("what is older than a minute is forgotten", () => {
  const used = recordHostShrinks(begun, seconds(100), 7);
  assert.deepEqual(recordHostShrinks(used, seconds(200), 1).shrinks, [
    { at: seconds(200), count: 1 },
  ]);
});

test("shrinks of several plans of one moment are counted together", () => {
  const used = recordHostShrinks(recordHostShrinks(begun, seconds(100), 3), seconds(100), 4);
  assert.equal(hostShrinksLeft(used, settings, seconds(159)), 3);
  assert.equal(hostShrinksLeft(used, settings, seconds(160)), 10);
});
