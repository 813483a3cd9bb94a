import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedDocuments } from "@sc/ports";
import { InMemoryDocumentStore } from "@sc/ports/testing";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { DocumentLoader } from "./document-loader.ts";

function loaderOf() {
  const clock = new TickingClock();
  const log = new KeptLog();
  const store = new InMemoryDocumentStore([
    { kind: "host", name: "host", content: { isPaused: true } },
  ]);
  const taken: LoadedDocuments[] = [];
  const takers = [{ take: (loaded: LoadedDocuments) => void taken.push(loaded) }];
  const owed = { count: 0, isFull: false };
  const saveOwed = async (): Promise<boolean> => {
    if (owed.count === 0 || owed.isFull) return false;
    owed.count = 0;
    return true;
  };
  const loader = new DocumentLoader({ log, store, takers, saveOwed, timers: clock });
  const settle = async (seconds = 0) => {
    clock.tick(seconds);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { clock, loader, log, owed, settle, store, taken };
}

test("what is stored is handed over once", async () => {
  const { clock, loader, settle, taken } = loaderOf();
  await loader.load();
  loader.start();
  await settle(20);
  assert.equal(taken.length, 1);
  assert.equal(taken[0]?.documents.length, 1);
  assert.equal(loader.isLoaded, true);
  assert.deepEqual(loader.problems(), []);
  await loader.stop();
  assert.equal(clock.timers, 0);
});

test("what could not be saved is tried again every 5 seconds until it is, and that is told once", async () => {
  const { loader, log, owed, settle } = loaderOf();
  await loader.load();
  loader.start();
  Object.assign(owed, { count: 1, isFull: true });
  await settle(20);
  assert.deepEqual(log.lines, []);
  owed.isFull = false;
  await settle(5);
  await settle(20);
  assert.equal(owed.count, 0);
  assert.equal(log.lines.length, 1);
});

test("a locked store is tried again every 5 seconds, told once, and taken when it can be read", async () => {
  const { loader, log, settle, store, taken } = loaderOf();
  store.setUnreadable({ code: "SC_STATE_LOCKED", text: "state.db is locked" });
  await loader.load();
  loader.start();
  await settle(5);
  await settle(5);
  assert.equal(loader.isLoaded, false);
  assert.deepEqual(loader.health(), { status: "failing", lastError: "state.db is locked" });
  const [problem] = loader.problems();
  assert.equal(problem?.code, "SC_STATE_LOCKED");
  assert.match(problem?.nextStep ?? "", /every 5 s/);
  assert.equal(log.lines.length, 1);
  store.setUnreadable(undefined);
  await settle(5);
  assert.equal(taken.length, 1);
  assert.equal(loader.health().status, "running");
  assert.match(log.lines.at(-1) ?? "", /can be read again/);
});

test("as long as nothing has been read, that is told", async () => {
  const { loader } = loaderOf();
  assert.match(loader.problems()[0]?.text ?? "", /not been read yet/);
  await loader.load();
  assert.deepEqual(loader.problems(), []);
});

test("a store that throws is one that cannot be read", async () => {
  const { loader, store } = loaderOf();
  store.load = () => Promise.reject(new Error("a bug"));
  await loader.load();
  assert.equal(loader.problems()[0]?.code, "SC_STATE_UNREADABLE");
});

test("a document that cannot be understood is told with what to do, and the others are taken", async () => {
  const { loader, store, taken } = loaderOf();
  store.faults = [
    { kind: "structure", name: "web", revision: 1, code: "SC_DOCUMENT_INVALID", text: "min is -1" },
    { kind: "rule", name: "quick", revision: 1, code: "SC_DOCUMENT_NEWER", text: "version 9" },
  ];
  await loader.load();
  assert.equal(taken[0]?.documents.length, 1);
  assert.deepEqual(
    loader.problems().map(({ code, structure }) => [code, structure]),
    [
      ["SC_DOCUMENT_INVALID", "web"],
      ["SC_DOCUMENT_NEWER", undefined],
    ],
  );
  assert.equal(loader.health().status, "running");
});

test("what no command could set is not to be set anew", async () => {
  const { loader, store } = loaderOf();
  const stored = [
    ["structure", "../etc"],
    ["rule", "a b"],
    ["service", "baker"],
    ["host", "another"],
    ["bread", "white"],
    ["structure", "web"],
    ["rule", "mine"],
    ["service", "guardian"],
    ["host", "host"],
  ] as const;
  store.faults = stored.map(([kind, name]) => ({
    kind,
    name,
    revision: 1,
    code: "SC_DOCUMENT_INVALID",
    text: "it is odd",
  }));
  await loader.load();
  const anew = loader.problems().map(({ nextStep }) => nextStep?.startsWith("set it anew"));
  assert.deepEqual(anew, [false, false, false, false, false, true, true, true, true]);
});

test("a document that was set anew is told no more", async () => {
  const { loader, store } = loaderOf();
  store.faults = [
    { kind: "host", name: "host", revision: 1, code: "SC_DOCUMENT_INVALID", text: "is {" },
  ];
  await loader.load();
  assert.equal(loader.problems().length, 1);
  const document = { kind: "host", name: "host", content: { isPaused: false } } as const;
  await store.save([{ action: "put", document }]);
  assert.deepEqual(loader.problems(), []);
});

test("nothing is tried after a stop", async () => {
  const { clock, loader, settle, store, taken } = loaderOf();
  store.setUnreadable({ code: "SC_STATE_LOCKED", text: "locked" });
  await loader.load();
  loader.start();
  await loader.stop();
  store.setUnreadable(undefined);
  await settle(10);
  assert.equal(clock.timers, 0);
  assert.equal(taken.length, 0);
});
