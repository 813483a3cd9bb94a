import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { emptyStateDocument, type StateDocument, type StateStore } from "../state-store.ts";

export interface StateStoreHarness {
  readonly store: StateStore;
  /** Another opening of what `store` has saved, as after a restart. */
  reopen(): StateStore;
  /** From now on nothing more fits. */
  fill(): void;
  close(): Promise<void>;
}

/** The promise of `StateStore`: whole or not at all, and still there after a restart. */
export function stateStoreSuite(name: string, make: () => Promise<StateStoreHarness>): void {
  describe(`${name} as state store`, () => {
    let harness: StateStoreHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    keepingTests(() => harness);
    failureTests(() => harness);
  });
}

const paused: StateDocument = { isPaused: true, structures: {} };
const full: StateDocument = {
  isPaused: false,
  structures: {
    web: {
      isPaused: true,
      resources: {
        cpu: {
          mode: "auto",
          min: 10,
          max: 150.5,
          boundary: { percent: 20, of: "current" },
          priority: -1,
        },
        mem: { mode: "observe" },
      },
    },
    "snap.lxd.daemon": {},
  },
};

function keepingTests(harness: () => StateStoreHarness): void {
  test("a store nothing was saved in holds the empty document", async () => {
    assert.deepEqual(await harness().store.load(), emptyStateDocument);
  });

  test("what was saved is there after a restart, every field of it", async () => {
    const saved = await harness().store.save(full);
    assert.equal(saved.ok, true);
    assert.deepEqual(await harness().reopen().load(), full);
  });

  test("the newest document takes the place of the older one as a whole", async () => {
    const { store } = harness();
    await store.save(full);
    await store.save(paused);
    assert.deepEqual(await harness().reopen().load(), paused);
  });

  test("of saves that overlap, the one asked for last is kept", async () => {
    const { store } = harness();
    await Promise.all([store.save(paused), store.save(full), store.save(paused), store.save(full)]);
    assert.deepEqual(await harness().reopen().load(), full);
  });

  test("a structure may be called like a property every object has", async () => {
    const structures = Object.fromEntries([
      ["__proto__", { isPaused: true }],
      ["constructor", { isPaused: true }],
    ]);
    await harness().store.save({ isPaused: false, structures });
    const loaded = await harness().reopen().load();
    assert.deepEqual(Object.keys(loaded.structures), ["__proto__", "constructor"]);
  });
}

function failureTests(harness: () => StateStoreHarness): void {
  test("a document that does not fit is refused with a code, and the older one stays", async () => {
    const { store, fill, reopen } = harness();
    await store.save(full);
    fill();
    const saved = await store.save(paused);
    assert.equal(saved.ok ? "saved" : saved.error.code, "SC_STATE_NOT_SAVED");
    assert.deepEqual(await reopen().load(), full);
  });
}
