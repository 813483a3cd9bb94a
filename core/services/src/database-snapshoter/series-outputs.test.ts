import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicSeconds, type StructureSnapshot, wallSeconds } from "@sc/domain";
import { presetServiceSettings } from "@sc/domain/testing";
import { FakeSeriesWriter, InMemoryPointQueue } from "@sc/ports/testing";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { SeriesOutputs } from "./series-outputs.ts";

const { guardian, "node-agent": nodeAgent } = presetServiceSettings;
const snapshotAt = (at: number): StructureSnapshot => ({
  host: "host1",
  at: monotonicSeconds(at),
  stamp: wallSeconds(5000 + at),
  structures: [],
});
/** Of a host without structures. */
const pointsEach = 4;

function outputsOf(...names: readonly string[]) {
  const places = names.map((name) => ({
    name,
    queue: new InMemoryPointQueue({ waitingMost: 3 * pointsEach }),
    writer: new FakeSeriesWriter(),
  }));
  const clock = new TickingClock();
  const outputs = new SeriesOutputs({
    places,
    facts: () => ({ totals: { cpu: 800 }, guardian, nodeAgent }),
    ...{ clock, timers: clock, log: new KeptLog(), random: () => 1 },
  });
  outputs.start();
  clock.tick(2);
  return { outputs, writers: places.map(({ writer }) => writer) };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
};

test("a snapshot is written when one is due, also when the period changes", async () => {
  const { outputs, writers } = outputsOf("a");
  const takeAll = async (from: number, to: number, everySeconds: number) => {
    for (let at = from; at < to; at += 1) {
      outputs.take(snapshotAt(at), everySeconds);
      await settled();
    }
  };
  await takeAll(0, 20, 5);
  assert.equal(writers[0]?.stored.size, 4 * pointsEach);
  await takeAll(20, 30, 1);
  assert.equal(writers[0]?.stored.size, 14 * pointsEach);
});

test("stores do not wait for each other", async () => {
  const { outputs, writers } = outputsOf("a", "b");
  const [hanging, good] = writers;
  assert.ok(hanging && good);
  hanging.isEndless = true;
  for (let at = 0; at < 3; at += 1) outputs.take(snapshotAt(at), 1);
  await settled();
  assert.deepEqual([hanging.stored.size, good.stored.size], [0, 3 * pointsEach]);
});

test("a store that is away, refuses or loses is told of while it does", async () => {
  const { outputs, writers } = outputsOf("a");
  const [writer] = writers;
  assert.ok(writer);
  const codes = () => outputs.problems().map(({ code }) => code);
  outputs.take(snapshotAt(0), 1);
  await settled();
  assert.deepEqual(codes(), []);

  writer.answer = { kind: "refused", count: 1, text: "unknown metric" };
  outputs.take(snapshotAt(1), 1);
  await settled();
  assert.deepEqual(codes(), ["SC_OUTPUT_REFUSED"]);

  writer.answer = { kind: "away", text: "connection refused" };
  for (let at = 2; at < 9; at += 1) {
    outputs.take(snapshotAt(at), 1);
    await settled();
  }
  assert.ok(codes().includes("SC_OUTPUT_AWAY") && codes().includes("SC_OUTPUT_LOSING"));
  assert.match(outputs.problems()[0]?.text ?? "", /a takes nothing: connection refused; 12 points/);
});
