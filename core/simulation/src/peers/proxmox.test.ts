import assert from "node:assert/strict";
import { test } from "node:test";
import { limitsOf } from "./peer-fixture.ts";
import { proxmoxCpu, proxmoxMem } from "./proxmox.ts";

test("proxmox moves cpu by a core, and by two when all is used, within the band", () => {
  const step = (used: number, limit = 200) =>
    limitsOf(proxmoxCpu(), [{ used }], { limit, min: 50, max: 350 })[0];
  assert.deepEqual(
    [160, 161, 190, 40, 39].map((used) => step(used)),
    [200, 300, 350, 200, 100],
  );
  assert.equal(step(1, 100), 50);
  const [twice] = limitsOf(proxmoxCpu(), [{ used: 190 }], { limit: 200, max: 800 });
  assert.equal(twice, 400);
});

test("proxmox moves memory by 256 MiB, over 70 % and under 20 %", () => {
  const step = (used: number) =>
    limitsOf(proxmoxMem(), [{ used }], { limit: 1000, min: 64, max: 8192 })[0];
  assert.deepEqual([700, 701, 200, 199].map(step), [1000, 1256, 1000, 744]);
});
