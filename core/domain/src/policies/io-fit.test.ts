import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fitIo, type IoReading, type Misfit } from "./io-fit.ts";

/** A disk under the decision; what is decided is in force before the next reading. */
class FollowedDisk {
  limit: number | null = 100;
  readonly codes: string[] = [];
  text = "";
  #misfit: Misfit | undefined;

  read(used: number, changed: Partial<IoReading> = {}): void {
    const reading = { seconds: 1, used, limit: this.limit, min: 10, max: 400, ...changed };
    const { misfit, outcome } = fitIo(reading, this.#misfit);
    this.#misfit = misfit;
    this.codes.push(outcome.reason.code);
    this.text = outcome.reason.text;
    if (outcome.kind === "limit") this.limit = outcome.target;
  }

  readFor(seconds: number, used: number): void {
    for (let second = 0; second < seconds; second += 1) this.read(used);
  }
}

describe("a limit that is too short", () => {
  test("grows by half at once, and again until it fits or is at its max", () => {
    const disk = new FollowedDisk();
    disk.read(95);
    assert.equal(disk.limit, 150);
    for (let reading = 0; reading < 3; reading += 1) disk.read(disk.limit ?? 0);
    assert.equal(disk.limit, 400);
    disk.read(400);
    assert.equal(disk.codes.at(-1), "at-max");
  });

  test("is known by what waits, however little was used", () => {
    const disk = new FollowedDisk();
    disk.read(40, { isWaiting: true });
    assert.equal(disk.limit, 150);
    assert.match(disk.text, /used 40 of 100: something waits at it/);
  });

  test("is none where nothing waits, also when all of it is used", () => {
    const disk = new FollowedDisk();
    disk.read(100, { isWaiting: false });
    assert.deepEqual([disk.limit, disk.codes], [100, ["inside-band"]]);
  });
});

describe("a limit that is too wide", () => {
  test("comes down after ten seconds, to a quarter above the most that was used in them", () => {
    const disk = new FollowedDisk();
    disk.readFor(5, 20);
    disk.read(48);
    disk.readFor(3, 20);
    assert.equal(disk.limit, 100);
    disk.read(20);
    assert.equal(disk.limit, 60);
    assert.match(disk.text, /at most 48 in 10 s/);
  });

  test("is judged anew after every reading that fits, and after each change", () => {
    const disk = new FollowedDisk();
    disk.readFor(9, 20);
    disk.read(70);
    disk.readFor(9, 20);
    assert.equal(disk.limit, 100);
    disk.read(20);
    assert.equal(disk.limit, 25);
    disk.readFor(9, 1);
    assert.equal(disk.limit, 25);
  });

  test("never goes below min", () => {
    const disk = new FollowedDisk();
    disk.readFor(40, 0);
    assert.equal(disk.limit, 10);
    assert.equal(disk.codes.at(-1), "at-min");
  });
});

test("without a limit max counts, and is lowered like any other", () => {
  const disk = new FollowedDisk();
  disk.limit = null;
  disk.readFor(10, 40);
  assert.equal(disk.limit, 50);
});

test("a limit outside the owner's band goes there first", () => {
  const disk = new FollowedDisk();
  disk.read(50, { max: 80 });
  assert.deepEqual([disk.limit, disk.codes], [80, ["above-max"]]);
  disk.read(50, { min: 90 });
  assert.deepEqual([disk.limit, disk.codes[1]], [90, "below-min"]);
});

test("a steady load settles: nothing is changed for ever", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 400, noNaN: true }), (demand) => {
      const disk = new FollowedDisk();
      for (let second = 0; second < 100; second += 1)
        disk.read(Math.min(demand, disk.limit ?? 400));
      const settled = disk.limit;
      for (let second = 0; second < 100; second += 1)
        disk.read(Math.min(demand, disk.limit ?? 400));
      assert.equal(disk.limit, settled);
      assert.ok(demand <= (settled ?? 0) + 1e-9, `${demand} under ${settled}`);
    }),
  );
});

test("whatever is read, every limit is within the owner's band", () => {
  const amount = fc.double({ min: 0, max: 1000, noNaN: true });
  const readings = fc.array(fc.tuple(amount, fc.option(fc.boolean(), { nil: undefined })));
  fc.assert(
    fc.property(readings, (list) => {
      const disk = new FollowedDisk();
      for (const [used, isWaiting] of list) {
        disk.read(used, { isWaiting });
        assert.ok((disk.limit ?? 0) >= 10 && (disk.limit ?? 0) <= 400);
      }
    }),
  );
});
