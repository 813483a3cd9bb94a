import assert from "node:assert/strict";
import { test } from "node:test";
import { drain, FakeSeriesWriter, InMemoryPointQueue, seriesPoint } from "@sc/ports/testing";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { SeriesOutlet } from "./series-outlet.ts";

interface Given {
  readonly random?: () => number;
  readonly queue?: InMemoryPointQueue;
}

function outletOf({ random = () => 1, queue = new InMemoryPointQueue() }: Given = {}) {
  const [timers, log, writer] = [new TickingClock(), new KeptLog(), new FakeSeriesWriter()];
  const outlet = new SeriesOutlet({
    name: "metrics",
    ...{ queue, writer, timers, clock: timers, log, random },
  });
  /** What was left before is asked about after two seconds only. */
  const started = async () => {
    outlet.start();
    timers.tick(2);
    await settled();
  };
  return { outlet, queue, writer, timers, log, started };
}

/** Until everything that can be done without the clock is done. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
};

test("points reach the store, and wait for nothing once it has them", async () => {
  const { outlet, writer, started } = outletOf();
  await started();
  outlet.take([seriesPoint(0), seriesPoint(1)]);
  outlet.take([seriesPoint(2)]);
  await settled();
  assert.equal(writer.stored.size, 3);
  const { sent, waiting, lost, away } = outlet.status();
  assert.deepEqual([sent, waiting, lost, away], [3, 0, 0, undefined]);
});

test("what an earlier process left is sent without anything new", async () => {
  const queue = new InMemoryPointQueue();
  await queue.append([seriesPoint(0)]);
  const { writer, started } = outletOf({ queue });
  await started();
  assert.equal(writer.stored.size, 1);
});

test("a store that is away is asked after 2, 4, 8 … 60 s, and gets everything when it is back", async () => {
  const { outlet, writer, timers, log, started } = outletOf();
  writer.answer = { kind: "away", text: "connection refused" };
  await started();
  outlet.take([seriesPoint(0)]);
  await settled();
  const asked: number[] = [];
  for (let second = 1; second <= 200; second += 1) {
    const before = writer.writes;
    timers.tick();
    await settled();
    if (writer.writes > before) asked.push(second);
  }
  // The clock of the test knows whole seconds and multiples of a period only.
  const gaps = asked.map((at, index) => at - (asked[index - 1] ?? 0));
  assert.ok(asked.length >= 6 && asked.length <= 12, asked.join());
  assert.ok(
    gaps.every((gap) => gap <= 64),
    gaps.join(),
  );
  outlet.take([seriesPoint(1)]);
  await settled();
  assert.equal(outlet.status().away, "connection refused");
  assert.equal(log.lines.length, 1);

  writer.answer = undefined;
  timers.tick(120);
  await settled();
  assert.equal(writer.stored.size, 2);
  assert.deepEqual(log.lines, [
    "warn a store of series is away; its points wait",
    "info a store of series is there again",
  ]);
});

test("chance spreads the time until a store is asked again", async () => {
  const { outlet, writer, timers, started } = outletOf({ random: () => 0 });
  await started();
  const waits: number[] = [];
  const after = timers.after.bind(timers);
  timers.after = (seconds, run) => {
    waits.push(seconds);
    return after(1, run);
  };
  writer.answer = { kind: "away", text: "503" };
  outlet.take([seriesPoint(0)]);
  for (let round = 0; round < 9; round += 1) {
    await settled();
    timers.tick();
  }
  assert.deepEqual(waits.slice(0, 8), [1, 2, 4, 8, 16, 30, 30, 30]);
});

test("what a store refuses for good is counted, said once for each cause, and holds nothing up", async () => {
  const { outlet, writer, log, started } = outletOf();
  writer.answer = { kind: "refused", count: 1, text: "unknown metric" };
  await started();
  for (let at = 0; at < 3; at += 1) outlet.take([seriesPoint(at), seriesPoint(at, "db")]);
  await settled();
  const { sent, refused, waiting, refusal } = outlet.status();
  assert.deepEqual([sent, refused, waiting, refusal], [3, 3, 0, "unknown metric"]);
  assert.deepEqual(log.lines, ["warn a store of series refuses points; they are lost"]);
});

test("a stop calls off a write that does not end, and what was not taken waits", async () => {
  const { outlet, writer, timers, log, started } = outletOf();
  writer.isEndless = true;
  await started();
  outlet.take([seriesPoint(0)]);
  await settled();
  const stopped = outlet.stop();
  timers.tick(2);
  await stopped;
  assert.equal(outlet.status().waiting, 1);
  assert.deepEqual(log.lines, []);
  assert.equal(timers.timers, 0);

  writer.isEndless = false;
  await started();
  assert.equal(outlet.status().waiting, 0);
});

test("points that come while none are sent go out with the next start", async () => {
  const { outlet, writer, started } = outletOf();
  outlet.take([seriesPoint(0)]);
  await settled();
  assert.equal(writer.writes, 0);
  await started();
  assert.equal(writer.stored.size, 1);
});

test("what a store says that it has and loses when it dies is sent again", async () => {
  const { outlet, writer, timers, started } = outletOf();
  await started();
  for (let at = 0; at < 40; at += 1) {
    outlet.take([seriesPoint(at)]);
    await settled();
    timers.tick();
    // A store that has it on the disk after a few seconds: the newest die with it.
    if (at !== 30) continue;
    for (const key of [...writer.stored.keys()].slice(-5)) writer.stored.delete(key);
    writer.answer = { kind: "away", text: "connection refused" };
  }
  writer.answer = undefined;
  timers.tick(60);
  await settled();
  assert.equal(writer.stored.size, 40);
  assert.equal(outlet.status().sent, 40);
});

test("what is settled is not sent again after an outage, nor after a stop", async () => {
  const { outlet, timers, queue, started } = outletOf();
  const takeTwo = async () => {
    for (const at of [0, 20]) {
      outlet.take([seriesPoint(at)]);
      await settled();
      timers.tick(20);
    }
  };
  await started();
  await takeTwo();
  await queue.rewind();
  assert.equal(queue.status().waiting, 1);
  assert.equal((await drain(queue)).length, 1);
  await takeTwo();
  await outlet.stop();
  await queue.rewind();
  assert.equal(queue.status().waiting, 0);
});

test("a store that counts what is sent twice is sent only what it does not have", async () => {
  const queue = new InMemoryPointQueue();
  const { outlet, writer, timers, started } = outletOf({ queue });
  writer.absent = writer.tellAbsent;
  let written = 0;
  const write = writer.write.bind(writer);
  writer.write = async (points, signal) => {
    const answer = await write(points, signal);
    if (answer.kind === "taken") written += points.length;
    return answer;
  };
  // An earlier process sent this one and died before it could note it.
  await queue.append([seriesPoint(0), seriesPoint(1)]);
  writer.stored.set(
    JSON.stringify(["structure.cpu.current", { structure: "web" }, seriesPoint(0).stamp]),
    0,
  );
  await started();
  assert.equal(written, 1);
  for (let at = 2; at < 60; at += 1) {
    if (at === 30) writer.answer = { kind: "away", text: "no answer in 10 s" };
    if (at === 40) writer.answer = undefined;
    outlet.take([seriesPoint(at)]);
    await settled();
    timers.tick();
  }
  timers.tick(60);
  await settled();
  assert.deepEqual([writer.stored.size, written, outlet.status().sent], [60, 59, 60]);
});
