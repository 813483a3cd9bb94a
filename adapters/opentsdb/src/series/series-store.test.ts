import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SeriesStore } from "./series-store.ts";

const bounds = { pointsMost: 1000, seriesMost: 6, seriesOfHostMost: 4 };
const nameOf = (owner: string, pid: number) => ({
  metric: "proc.cpu.user",
  ownerTag: "host" as const,
  owner,
  rest: `pid=${pid}\n`,
  tags: { host: owner, pid: String(pid) },
});

describe("what was posted", () => {
  test("has so many series of a host, and so many in all, and no more", () => {
    const store = new SeriesStore(600, bounds);
    const made = (owner: string) =>
      Array.from({ length: 10 }, (_, pid) => store.seriesOf(nameOf(owner, pid))).filter(Boolean);
    assert.equal(made("web").length, 4);
    assert.equal(made("db").length, 2);
    assert.equal(store.count, 6);
    assert.ok(store.seriesOf(nameOf("web", 0)), "what is known stays known");
  });

  test("has no series more than there is room for a beginning", () => {
    const store = new SeriesStore(600, { ...bounds, pointsMost: 20 });
    const made = [0, 1, 2].map((pid) => store.seriesOf(nameOf("web", pid)));
    assert.deepEqual(made.map(Boolean), [true, true, false]);
  });

  test("makes room of what is too old", () => {
    const store = new SeriesStore(600, { ...bounds, pointsMost: 16 });
    store.seriesOf(nameOf("web", 0))?.put(1000, 1);
    store.seriesOf(nameOf("web", 1))?.put(1500, 1);
    store.sweep(1590);
    assert.equal(store.count, 2);
    store.sweep(1700);
    assert.equal(store.count, 1);
    assert.ok(store.seriesOf(nameOf("db", 0)));
  });

  test("is found by its owner", () => {
    const store = new SeriesStore(600, bounds);
    store.seriesOf(nameOf("web", 0));
    store.seriesOf(nameOf("db", 0));
    const found = [...store.find("proc.cpu.user", (tag, owner) => `${tag} ${owner}` === "host db")];
    assert.deepEqual(
      found.map(({ tags }) => tags),
      [{ host: "db", pid: "0" }],
    );
  });
});
