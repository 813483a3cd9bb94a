import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { RateResource } from "@sc/domain";
import type { RateControl } from "../rates.ts";

export interface RateControlHarness {
  /** Of a container that has at least `resources`, none of them limited. */
  readonly control: RateControl;
  readonly resources: readonly RateResource[];
  close(): Promise<void> | void;
}

/** The kernel may round by one unit of its own. */
const isAbout = (a: number | null | undefined, b: number): boolean =>
  typeof a === "number" && Math.abs(a - b) <= Math.max(0.1, b * 0.001);

/** The promise of `RateControl`. */
export function rateControlSuite(
  name: string,
  make: () => Promise<RateControlHarness> | RateControlHarness,
): void {
  describe(`${name} as rate control`, () => {
    let harness: RateControlHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    test("without a limit is without one, which is not the same as not having the resource", async () => {
      const limits = await harness.control.readLimits();
      for (const resource of harness.resources) assert.equal(limits[resource], null);
    });

    test("a limit that was written is read back, each resource alone", async () => {
      const { control, resources } = harness;
      for (const [index, resource] of resources.entries()) {
        const outcome = await control.write(resource, 20 + index);
        assert.equal(outcome.kind, "applied");
      }
      const limits = await control.readLimits();
      for (const [index, resource] of resources.entries())
        assert.ok(isAbout(limits[resource], 20 + index), `${resource}: ${limits[resource]}`);
    });

    test("a limit that is there already is not written again", async () => {
      const { control, resources } = harness;
      for (const resource of resources) {
        await control.write(resource, 30);
        assert.equal((await control.write(resource, 30)).kind, "unchanged");
      }
    });

    test("no limit takes it off, and is no change where there was none", async () => {
      const { control, resources } = harness;
      for (const resource of resources) {
        assert.equal((await control.write(resource, null)).kind, "unchanged");
        await control.write(resource, 30);
        assert.equal((await control.write(resource, null)).kind, "applied");
        assert.equal((await control.readLimits())[resource], null);
      }
    });

    test("what would be put back can be read from its entries again", () => {
      const { control, resources } = harness;
      for (const [resource, amount] of resources.flatMap((each) => [
        [each, 40] as const,
        [each, null] as const,
      ])) {
        const entries = control.restoreEntries({ [resource]: amount });
        assert.ok(entries.length > 0, resource);
        const read = control.limitsOfEntries(entries)[resource];
        assert.ok(amount === null ? read === null : isAbout(read, amount), `${resource}: ${read}`);
      }
      assert.deepEqual(control.restoreEntries({}), []);
    });
  });
}
