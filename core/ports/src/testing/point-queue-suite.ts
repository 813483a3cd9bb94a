import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { type SeriesPoint, wallSeconds } from "@sc/domain";
import type { PointQueue } from "../point-queue.ts";

export interface PointQueueHarness {
  readonly queue: PointQueue;
  /** What a new process finds, when the one before died on the spot. */
  reopen(): Promise<PointQueue>;
  close(): Promise<void>;
}

export interface PointQueueWish {
  /** It has room for 500 points of the suite at the most, and for 10. */
  readonly isSmall: boolean;
}

/** Point number `at` of a series; each has a time of its own. */
export const seriesPoint = (at: number, name = "web"): SeriesPoint => ({
  metric: "structure.cpu.current",
  tags: { structure: name },
  stamp: wallSeconds(1_700_000_000 + at),
  value: at / 4,
});

const pointsFrom = (first: number, count: number): readonly SeriesPoint[] =>
  Array.from({ length: count }, (_, at) => seriesPoint(first + at));

/** Takes out everything, as a store that is there does. */
export async function drain(queue: PointQueue): Promise<readonly SeriesPoint[]> {
  const taken: SeriesPoint[] = [];
  for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) {
    taken.push(...batch.points);
    await queue.sent(batch);
    await queue.done(batch);
  }
  return taken;
}

/** The promise of `PointQueue`: what was appended comes out once, in order, also after a death. */
export function pointQueueSuite(
  name: string,
  make: (wish: PointQueueWish) => Promise<PointQueueHarness>,
): void {
  describe(`${name} as queue of points`, () => {
    const harnesses: PointQueueHarness[] = [];
    const open = async (wish: PointQueueWish = { isSmall: false }) => {
      const harness = await make(wish);
      harnesses.push(harness);
      return harness;
    };
    afterEach(async () => {
      for (const harness of harnesses.splice(0)) await harness.close();
    });
    orderTests(open);
    boundTests(open);
  });
}

type Open = (wish?: PointQueueWish) => Promise<PointQueueHarness>;

function orderTests(open: Open): void {
  test("a queue nothing was appended to has nothing to send", async () => {
    const { queue } = await open();
    assert.equal(await queue.next(), undefined);
    await queue.append([]);
    assert.equal(await queue.next(), undefined);
    assert.deepEqual([queue.status().waiting, queue.status().lost], [0, 0]);
  });

  test("what was appended comes out in its order, as it was", async () => {
    const { queue } = await open();
    for (let round = 0; round < 5; round += 1) await queue.append(pointsFrom(round * 10, 10));
    assert.equal(queue.status().waiting, 50);
    assert.deepEqual(await drain(queue), pointsFrom(0, 50));
    assert.equal(queue.status().waiting, 0);
  });

  test("points are taken from what makes them one by one", async () => {
    const { queue } = await open();
    const made = function* () {
      for (let at = 0; at < 5000; at += 1) yield seriesPoint(at);
    };
    await queue.append(made());
    assert.deepEqual(await drain(queue), pointsFrom(0, 5000));
  });

  test("appends that do not wait for each other keep their order", async () => {
    const { queue } = await open();
    await Promise.all([0, 1, 2].map((round) => queue.append(pointsFrom(round * 10, 10))));
    assert.deepEqual(await drain(queue), pointsFrom(0, 30));
  });

  test("a batch is offered until it is sent, and again until it is done", async () => {
    const { queue } = await open();
    for (const at of [0, 10, 20]) await queue.append(pointsFrom(at, 10));
    const first = await queue.next();
    assert.deepEqual(await queue.next(), first);
    assert.ok(first);
    assert.deepEqual([first.count, first.points], [10, pointsFrom(0, 10)]);
    await queue.sent(first);
    assert.equal(queue.status().waiting, 20);
    const second = await queue.next();
    assert.ok(second);
    await queue.sent(second);
    await queue.done(first);
    assert.deepEqual((await queue.next())?.points, pointsFrom(20, 10));
    await queue.rewind();
    assert.equal(queue.status().waiting, 20);
    assert.deepEqual(await drain(queue), pointsFrom(10, 20));
  });

  test("what is not done comes again after a death, what is done never", async () => {
    const { queue, reopen } = await open();
    for (const at of [0, 10]) await queue.append(pointsFrom(at, 10));
    const again = await reopen();
    const first = await again.next();
    assert.ok(first);
    assert.deepEqual(first.points, pointsFrom(0, 10));
    await again.sent(first);
    await again.done(first);
    const second = await again.next();
    assert.ok(second);
    await again.sent(second);
    const third = await reopen();
    await third.rewind();
    await third.append(pointsFrom(20, 10));
    assert.equal(third.status().waiting, 20);
    assert.deepEqual(await drain(third), pointsFrom(10, 20));
  });

  test("what was done and appended to again comes once after a death", async () => {
    const { queue, reopen } = await open();
    await queue.append(pointsFrom(0, 10));
    await drain(queue);
    const again = await reopen();
    assert.equal(await again.next(), undefined);
    await again.append(pointsFrom(10, 10));
    assert.deepEqual(await drain(await reopen()), pointsFrom(10, 10));
  });

  test("a batch that is done twice takes no other one along", async () => {
    const { queue } = await open();
    await queue.append(pointsFrom(0, 10));
    await queue.append(pointsFrom(10, 10));
    const first = await queue.next();
    assert.ok(first);
    for (let round = 0; round < 2; round += 1) {
      await queue.sent(first);
      await queue.done(first);
    }
    assert.deepEqual(await drain(queue), pointsFrom(10, 10));
  });
}

function boundTests(open: Open): void {
  test("a full queue loses its oldest points, and counts them", async () => {
    const { queue } = await open({ isSmall: true });
    for (let round = 0; round < 100; round += 1) await queue.append(pointsFrom(round * 10, 10));
    const { waiting, lost } = queue.status();
    assert.equal(waiting + lost, 1000);
    assert.ok(lost >= 500 && waiting >= 10, `${lost} lost, ${waiting} wait`);
    assert.deepEqual(await drain(queue), pointsFrom(lost, waiting));
  });

  test("a batch whose place was needed may still be done, and what follows is whole", async () => {
    const { queue } = await open({ isSmall: true });
    await queue.append(pointsFrom(0, 10));
    const first = await queue.next();
    assert.ok(first);
    await queue.sent(first);
    for (let round = 1; round < 100; round += 1) await queue.append(pointsFrom(round * 10, 10));
    await queue.done(first);
    const { waiting, lost } = queue.status();
    assert.equal(waiting + lost, 990, "what was sent is not lost");
    assert.deepEqual(await drain(queue), pointsFrom(1000 - waiting, waiting));
  });

  test("what comes after the end is lost and counted", async () => {
    const { queue } = await open();
    await queue.close();
    await queue.append(pointsFrom(0, 10));
    assert.equal(queue.status().lost, 10);
  });
}
