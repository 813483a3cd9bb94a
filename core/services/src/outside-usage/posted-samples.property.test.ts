import assert from "node:assert/strict";
import { test } from "node:test";
import { wallSeconds } from "@sc/domain";
import type { PostedPoint } from "@sc/ports";
import fc from "fast-check";
import { TickingClock } from "../service-loop/ticking-clock.ts";
import { PostedSamples } from "./posted-samples.ts";

interface Measured {
  readonly user: number;
  readonly kernel: number;
  readonly residentMb: number;
}

const process: fc.Arbitrary<Measured> = fc.record({
  user: fc.nat(400),
  kernel: fc.nat(100),
  residentMb: fc.nat(500),
});
/** What a sender measured, a sample after the other. */
const samples = fc.array(fc.array(process, { maxLength: 6 }), { minLength: 1, maxLength: 12 });
/** Where its buffer was emptied, which posts it repeats, and which points could not be kept. */
const journey = fc.record({
  cuts: fc.array(fc.nat(), { maxLength: 12 }),
  repeated: fc.array(fc.nat(12), { maxLength: 4 }),
  refused: fc.array(fc.nat(), { maxLength: 3 }),
});

const begin = new TickingClock().wall();
const secondsApart = 5;

function pointsOf(measured: readonly (readonly Measured[])[]) {
  return measured.flatMap((processes, index) => {
    const own = { host: "cont0", stamp: wallSeconds(begin + index * secondsApart) };
    const lines = (read: (one: Measured, process: string) => PostedPoint[]) =>
      processes.flatMap((one, pid) => read(one, String(pid)));
    return [
      { ...own, part: "sign", process: "", value: 0 } as const,
      ...lines(({ user, kernel }, pid) => [
        { ...own, part: "cpuUser", process: pid, value: user },
        { ...own, part: "cpuKernel", process: pid, value: kernel },
      ]),
      ...lines(({ residentMb }, pid) => [
        { ...own, part: "memResident", process: pid, value: residentMb },
      ]),
    ];
  });
}

/** Posts in their order; those that are repeated come again right after the one that follows them. */
function postsOf<Point>(
  points: readonly Point[],
  cuts: readonly number[],
  again: readonly number[],
) {
  const ends = [...cuts.map((cut) => cut % (points.length + 1)), points.length];
  let from = 0;
  const posts = ends
    .toSorted((a, b) => a - b)
    .map((end) => {
      const post = points.slice(from, end);
      from = end;
      return post;
    })
    // None takes no time: a sender that pauses for ten seconds has said all it had.
    .filter((post) => post.length > 0);
  return posts.flatMap((post, index) =>
    again.includes(index) ? [post, posts[index - 1] ?? [], post] : [post],
  );
}

test("however posts are cut and repeated, whatever is refused: a sample is a whole, or is none", () => {
  fc.assert(
    fc.property(samples, journey, (measured, { cuts, repeated, refused }) => {
      const clock = new TickingClock();
      const told: (readonly [resource: string, used: number])[][] = [];
      const maker = new PostedSamples({
        clock,
        isKnown: () => true,
        intake: {
          take: (_, readings) =>
            void told.push(readings.map(({ resource, used }) => [resource, used] as const)),
        },
      });
      const points = pointsOf(measured);
      const lost = new Set(refused.map((place) => points[place % points.length]));
      for (const post of postsOf(points, cuts, repeated)) {
        for (const point of post) {
          if (lost.has(point)) maker.spoil(point);
          else maker.take(point);
        }
        clock.tick();
        maker.sweep();
      }
      const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
      const wholes = measured.map((processes) => ({
        cpu: sum(processes.map(({ user, kernel }) => user + kernel)),
        mem: sum(processes.map(({ residentMb }) => residentMb)),
      }));
      let from = 0;
      for (const readings of told) {
        const { cpu, mem } = Object.fromEntries(readings);
        const place = wholes.findIndex(
          (whole, index) =>
            index >= from && (cpu ?? whole.cpu) === whole.cpu && (mem ?? whole.mem) === whole.mem,
        );
        assert.ok(
          place >= 0,
          `${JSON.stringify(readings)} is no whole of ${JSON.stringify(wholes)}`,
        );
        from = place + 1;
      }
      // Nothing refused, nothing missing: all but the last, which may go on, are told.
      const isEvery = lost.size === 0 && measured.every((processes) => processes.length > 0);
      if (isEvery && clock.monotonic() < 1010) assert.equal(told.length, measured.length - 1);
    }),
  );
});
