import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nameFor } from "../../testing/sample-data.ts";
import { type GroupMember, shareOut } from "./share-out.ts";

const figure = fc.double({ min: 0, max: 400, noNaN: true });
const members = fc
  .array(
    fc.record({
      value: figure,
      min: figure,
      width: figure,
      used: fc.option(figure, { nil: undefined }),
      isStopped: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((rows) =>
    rows.map(
      ({ width, ...row }, index): GroupMember => ({
        ...row,
        name: nameFor(`c${index}`),
        max: row.min + width,
      }),
    ),
  );

test("the changes add up to what was placed, never more than was asked, and nobody leaves its band", () => {
  fc.assert(
    fc.property(fc.double({ min: -900, max: 900, noNaN: true }), members, (amount, of) => {
      const { changes, placed } = shareOut(amount, of);
      const sum = [...changes.values()].reduce((all, one) => all + one, 0);
      assert.ok(Math.abs(sum - placed) < 1e-6);
      assert.ok(Math.abs(placed) <= Math.abs(amount) + 1e-6);
      assert.ok(placed === 0 || Math.sign(placed) === Math.sign(amount));
      for (const { name, value, min, max, used, isStopped } of of) {
        const change = changes.get(name);
        if (change === undefined) continue;
        assert.notEqual(used, undefined);
        if (change > 0) assert.ok(value + change <= max + 1e-6);
        else assert.ok(value + change >= (isStopped ? 0 : Math.max(min, 1)) - 1e-6);
      }
      assert.deepEqual(shareOut(amount, of), { changes, placed });
    }),
  );
});
