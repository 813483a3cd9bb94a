import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Random } from "../demand/random.ts";
import { captain } from "./captain.ts";
import { type CoarseFigures, drawArrivals, runCoarse } from "./coarse-model.ts";
import type { Peer } from "./peer.ts";
import { type PublishedRow, publishedTable } from "./published-table.ts";
import { reproduceTable } from "./reproduce-table.ts";

const perCent = (value: number): number => Number((100 * value).toFixed(1));

/** An hour of a slow wave, made here: about the mean and the swing of the diurnal trace. */
const wave = Array.from({ length: 3600 }, (_, second) =>
  Math.round(260 + 60 * Math.sin((second / 1800) * Math.PI)),
);

const reproduced = reproduceTable({
  rows: publishedTable,
  trace: "autothrottle-diurnal.txt",
  rates: wave,
  seeds: [1, 2, 3],
});

function oursOf(policy: string): CoarseFigures {
  const row = reproduced.find((each) => each.policy === policy);
  assert.ok(row !== undefined, policy);
  return row.ours;
}

const peerWith = (limitOf: (seconds: number) => number | undefined): Peer => ({
  name: "scripted",
  resource: "cpu",
  sampleSeconds: 0.1,
  sensingSeconds: 0,
  actuationSeconds: 0,
  begin: () => ({
    step: ({ seconds }) => {
      const limit = limitOf(seconds);
      return limit === undefined ? undefined : { limit };
    },
  }),
});

describe("the coarse model", () => {
  test("serves what the limit grants, leaves the rest, and forgets the first 5 min", () => {
    // 10 share-seconds a period ask for 100 shares; every tenth period asks for twice as much.
    const asked = Float64Array.from({ length: 3100 }, (_, at) => (at % 10 === 0 ? 20 : 10));
    const figures = runCoarse(
      peerWith(() => 125),
      asked,
    );
    assert.deepEqual(
      // 1 100 of 1 250; 7.5 left, then 5, then 2.5: three of ten; 7.5 shares wait 60 ms.
      [perCent(figures.utilization), perCent(figures.throttledRatio), figures.p99BacklogMs],
      [88, 30, 60],
    );
    assert.equal(figures.changesPerMinute, 0);
  });

  test("never grants more than 16 cores", () => {
    const asked = Float64Array.from({ length: 3100 }, () => 80);
    const { utilization } = runCoarse(
      peerWith(() => 3200),
      asked,
    );
    assert.equal(perCent(utilization), 50);
  });

  test("counts the changes of a minute", () => {
    const asked = new Float64Array(3600);
    const figures = runCoarse(
      peerWith((seconds) => (Math.round(seconds) % 2 === 0 ? 100 : 200)),
      asked,
    );
    assert.equal(figures.changesPerMinute, 60);
  });

  test("an arrival costs 10 ms of a core in the mean", () => {
    const arrivals = drawArrivals(
      Array.from({ length: 1000 }, () => 100),
      new Random(1),
    );
    const shares = arrivals.reduce((sum, asked) => sum + asked, 0) / 1000;
    // 100 000 requests: the mean is off by less than 2 %, at five deviations.
    assert.ok(Math.abs(shares - 100) < 2.3, `${shares}`);
  });
});

describe("the published table, on rates made here", () => {
  test("twice the mean is used by half", () => {
    assert.ok(Math.abs(oursOf("static-2x-mean").utilization - 0.5) < 0.02);
  });

  test("Captain throttles about as often as it is told to, and wastes less the more it may", () => {
    const rows = [0.02, 0.06, 0.15].map((target) => oursOf(`captain-${target}`));
    const utilizations = rows.map(({ utilization }) => utilization);
    assert.deepEqual(
      utilizations,
      utilizations.toSorted((a, b) => a - b),
    );
    for (const [at, target] of [0.02, 0.06, 0.15].entries()) {
      const ratio = (rows[at]?.throttledRatio ?? 0) / target;
      assert.ok(ratio > 0.4 && ratio < 1, `${ratio} of ${target}`);
    }
  });

  test("lies near what was published of a trace of that mean and swing", () => {
    for (const { policy, ours, published } of reproduced) {
      const off = Math.abs(ours.utilization - published.utilization);
      assert.ok(off < 0.05, `${policy}: ${ours.utilization}, published ${published.utilization}`);
    }
  });

  test("requests that all cost the same make less noise, so Captain wastes less", () => {
    const [varied, fixed] = ["captain-0.06", "captain-0.06-fixed"].map(oursOf);
    assert.ok((fixed?.utilization ?? 0) > (varied?.utilization ?? 1) + 0.04);
    assert.ok((fixed?.p99BacklogMs ?? 99) < (varied?.p99BacklogMs ?? 0));
  });

  test("the same seeds give the same figures, and the median lies between the extremes", () => {
    const row: PublishedRow | undefined = publishedTable.find(({ policy }) => policy === "escra");
    assert.ok(row !== undefined);
    const once = () =>
      reproduceTable({
        rows: [row],
        trace: "autothrottle-bursty.txt",
        rates: wave.slice(0, 600),
        seeds: [1, 2, 3],
      });
    assert.deepEqual(once(), once());
    for (const { lowest, ours, highest } of reproduced) {
      assert.ok(lowest.utilization <= ours.utilization);
      assert.ok(ours.utilization <= highest.utilization);
      assert.ok(lowest.utilization < highest.utilization);
    }
  });

  test("a Captain of another patience is not taken for the published one", () => {
    const arrivals = drawArrivals(wave, new Random(1));
    const impatient = runCoarse(captain(0.3), arrivals);
    assert.ok(impatient.utilization > oursOf("captain-0.06").utilization + 0.05);
  });
});
