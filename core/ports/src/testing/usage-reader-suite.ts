import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { WallSeconds } from "@sc/domain";
import type { UsageReader } from "../usage-reader.ts";

export interface UsageReaderHarness {
  readonly reader: UsageReader;
  /** The time that is asked about; it has 10 s. */
  readonly from: WallSeconds;
  readonly to: WallSeconds;
  /** In that time the container uses as much cpu, in shares, and no memory is known of it. */
  use(container: string, shares: number): Promise<void>;
  /** From now on nobody answers. */
  vanish(): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** The promise of `UsageReader`: what is known of each container, and nothing that is not. */
export function usageReaderSuite(name: string, make: () => Promise<UsageReaderHarness>): void {
  describe(`${name} as reader of usage`, () => {
    let harness: UsageReaderHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    const ask = (resource: "cpu" | "mem") => {
      const { reader, from, to } = harness;
      return reader.read({ resource, from, to }, never);
    };

    test("each container has what it used", async () => {
      await harness.use("web", 150);
      await harness.use("db", 12.5);
      const answer = await ask("cpu");
      assert.ok(answer.ok, JSON.stringify(answer));
      const { used } = answer.value;
      assert.deepEqual([used.size, used.get("web"), used.get("db")], [2, 150, 12.5]);
      assert.equal(answer.value.unusable, 0);
    });

    test("what nothing is known of is not there: missing is not zero", async () => {
      await harness.use("web", 150);
      const answer = await ask("mem");
      assert.ok(answer.ok, JSON.stringify(answer));
      assert.deepEqual([...answer.value.used], []);
    });

    test("no use at all is known, and is zero", async () => {
      await harness.use("idle", 0);
      const answer = await ask("cpu");
      assert.ok(answer.ok, JSON.stringify(answer));
      assert.deepEqual([...answer.value.used], [["idle", 0]]);
    });

    test("what is called off is not answered", async () => {
      const { reader, from, to } = harness;
      const answer = await reader.read({ resource: "cpu", from, to }, AbortSignal.abort());
      assert.equal(answer.ok, false);
    });

    test("a store that is gone says nothing, and nothing throws", async () => {
      await harness.vanish();
      assert.equal((await ask("cpu")).ok, false);
    });
  });
}
