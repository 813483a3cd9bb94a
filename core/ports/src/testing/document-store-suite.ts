import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type Document, parseStructureName, type StructureName } from "@sc/domain";
import type { DocumentChange, DocumentStore, DocumentWrite } from "../document-store.ts";
import { catalogueDocuments } from "./catalogue-documents.ts";

export interface DocumentStoreHarness {
  readonly store: DocumentStore;
  /** Another opening of what `store` has saved, as after a restart. */
  reopen(): Promise<DocumentStore>;
  /** Nothing more fits, and then again it does. */
  setFull(isFull: boolean): void;
  close(): Promise<void>;
}

/** The promise of `DocumentStore`: whole or not at all, by revision, and there after a restart. */
export function documentStoreSuite(name: string, make: () => Promise<DocumentStoreHarness>): void {
  describe(`${name} as document store`, () => {
    let harness: DocumentStoreHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    keepingTests(() => harness);
    revisionTests(() => harness);
    watchTests(() => harness);
    failureTests(() => harness);
  });
}

const host = (isPaused: boolean): Document => ({
  kind: "host",
  name: "host",
  content: { isPaused },
});

const structure = (name: string, max = 150.5): Document => ({
  kind: "structure",
  name: structureName(name),
  content: {
    isPaused: true,
    resources: {
      cpu: {
        mode: "auto",
        min: 10,
        max,
        boundary: { percent: 20, of: "current" },
        priority: -1,
        policy: "burst-quota",
      },
      mem: { mode: "observe" },
    },
  },
});

const times = { startTime: 5, endTime: 65, createdTime: 70, updatedTime: 71 };

const experiment: Document = {
  kind: "experiment",
  name: "0a1b",
  content: { experimentId: "load", username: "ana", ...times },
};

const experimentTest: Document = {
  kind: "experiment-test",
  name: "0a1c",
  content: {
    ...{ experimentId: "load", username: "ana", ...times },
    testId: "load_a",
    testName: "a",
    tags: ["nightly"],
  },
};

const rule: Document = {
  kind: "rule",
  name: "cpu_rescale_up",
  content: {
    kind: "request",
    name: "cpu_rescale_up",
    resource: "cpu",
    isActive: false,
    direction: "up",
    condition: { ">=": [{ var: "events.scale.up" }, 2] },
    rescale: { kind: "proportional", amount: 12.5 },
    eventsToRemove: 2,
  },
};

const service: Document = {
  kind: "service",
  name: "guardian",
  content: { windowSeconds: null, isActive: true },
};

function structureName(name: string): StructureName {
  const parsed = parseStructureName(name);
  assert.ok(parsed.ok);
  return parsed.value;
}

const put = (document: Document, expectedRevision?: number): DocumentWrite => ({
  action: "put",
  document,
  ...(expectedRevision !== undefined && { expectedRevision }),
});

const remove = ({ kind, name }: Document, expectedRevision?: number): DocumentWrite => ({
  action: "remove",
  kind,
  name,
  ...(expectedRevision !== undefined && { expectedRevision }),
});

/** Revision and content by kind and name, as the store has them. */
async function stored(store: DocumentStore): Promise<Readonly<Record<string, unknown>>> {
  const loaded = await store.load();
  assert.ok(loaded.ok, JSON.stringify(loaded));
  assert.deepEqual(loaded.value.faults, []);
  return Object.fromEntries(
    loaded.value.documents.map(({ document, revision }) => [
      `${document.kind}/${document.name}@${revision}`,
      document.content,
    ]),
  );
}

async function saved(store: DocumentStore, ...writes: readonly DocumentWrite[]) {
  const answer = await store.save(writes);
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

function keepingTests(harness: () => DocumentStoreHarness): void {
  test("a store nothing was saved in holds nothing", async () => {
    assert.deepEqual(await stored(harness().store), {});
  });

  test("what was saved is there after a restart, every field of it", async () => {
    const tried = [experiment, experimentTest];
    const documents = [
      ...[host(true), structure("web"), rule, service, ...tried],
      ...catalogueDocuments(),
    ];
    const answer = await saved(harness().store, ...documents.map((one) => put(one)));
    assert.deepEqual(
      answer,
      documents.map((document) => ({ document, revision: 1 })),
    );
    const expected = Object.fromEntries(
      documents.map(({ kind, name, content }) => [`${kind}/${name}@1`, content]),
    );
    assert.deepEqual(await stored(await harness().reopen()), expected);
  });

  test("a document takes the place of the older one as a whole", async () => {
    const { store, reopen } = harness();
    await saved(store, put(structure("web")));
    const bare: Document = { kind: "structure", name: structureName("web"), content: {} };
    assert.deepEqual(await saved(store, put(bare)), [{ document: bare, revision: 2 }]);
    assert.deepEqual(await stored(await reopen()), { "structure/web@2": {} });
  });

  test("what was removed is gone, also after a restart", async () => {
    const { store, reopen } = harness();
    await saved(store, put(host(true)), put(rule));
    assert.deepEqual(await saved(store, remove(rule)), []);
    assert.deepEqual(await stored(await reopen()), { "host/host@1": { isPaused: true } });
  });

  test("of saves that overlap, the one asked for last is kept", async () => {
    const { store, reopen } = harness();
    await Promise.all([true, false, true, false].map((flag) => store.save([put(host(flag))])));
    assert.deepEqual(await stored(await reopen()), { "host/host@4": { isPaused: false } });
  });

  test("a structure may be called like a property every object has", async () => {
    const { store, reopen } = harness();
    await saved(store, put(structure("__proto__")), put(structure("constructor")));
    const loaded = await (await reopen()).load();
    assert.ok(loaded.ok);
    assert.deepEqual(loaded.value.documents.map(({ document }) => document.name).toSorted(), [
      "__proto__",
      "constructor",
    ]);
  });
}

function revisionTests(harness: () => DocumentStoreHarness): void {
  test("a change made from the stored revision is taken, one from an older is refused", async () => {
    const { store } = harness();
    await saved(store, put(structure("web", 100), 0));
    await saved(store, put(structure("web", 200), 1));
    const answer = await store.save([put(structure("web", 300), 1)]);
    assert.equal(answer.ok, false);
    assert.ok(answer.error.code === "SC_STORE_STALE_REVISION");
    assert.deepEqual(
      [answer.error.kind, answer.error.name, answer.error.revision],
      ["structure", "web", 2],
    );
    assert.deepEqual(Object.keys(await stored(store)), ["structure/web@2"]);
  });

  test("revision 0 means that there is none yet", async () => {
    const { store } = harness();
    const missing = await store.save([put(rule, 3)]);
    assert.ok(!missing.ok && missing.error.code === "SC_STORE_STALE_REVISION");
    assert.equal(missing.error.revision, 0);
    await saved(store, put(rule, 0));
    assert.equal((await store.save([put(rule, 0)])).ok, false);
    assert.equal((await store.save([remove(rule, 2)])).ok, false);
    await saved(store, remove(rule, 1));
    await saved(store, put(rule, 0));
  });

  test("what was removed and put again does not take the revision it had", async () => {
    const { store, reopen } = harness();
    await saved(store, put(rule));
    await saved(store, remove(rule));
    const again = await reopen();
    const [put1] = await saved(again, put(rule));
    assert.ok((put1?.revision ?? 0) > 1);
    assert.equal((await again.save([put(rule, 1)])).ok, false);
  });

  test("of several writes one that is refused keeps back all", async () => {
    const { store } = harness();
    await saved(store, put(host(false)));
    const answer = await store.save([put(host(true)), put(rule), remove(host(true), 1)]);
    assert.equal(answer.ok, false);
    assert.deepEqual(await stored(store), { "host/host@1": { isPaused: false } });
  });
}

function watchTests(harness: () => DocumentStoreHarness): void {
  test("who watches hears of everything that changed, and of nothing else", async () => {
    const { store } = harness();
    const heard: DocumentChange[] = [];
    const watch = store.watch((changed) => heard.push(...changed));
    await saved(store, put(host(true)), put(rule));
    await saved(store, remove(rule), remove(service));
    await saved(store);
    await store.save([put(host(false), 7)]);
    watch.cancel();
    await saved(store, put(host(false)));
    assert.deepEqual(
      heard.map(({ kind, revision, document }) => [kind, revision, document?.content]),
      [
        ["host", 1, { isPaused: true }],
        ["rule", 1, rule.content],
        ["rule", 2, undefined],
      ],
    );
  });
}

function failureTests(harness: () => DocumentStoreHarness): void {
  test("what does not fit is refused with a code, the older stays, and later there is room", async () => {
    const { store, setFull, reopen } = harness();
    await saved(store, put(host(false)));
    setFull(true);
    const answer = await store.save([put(host(true))]);
    assert.equal(answer.ok ? "saved" : answer.error.code, "SC_STATE_NOT_SAVED");
    assert.deepEqual(await stored(await reopen()), { "host/host@1": { isPaused: false } });
    setFull(false);
    await saved(store, put(host(true)));
    assert.deepEqual(await stored(await reopen()), { "host/host@2": { isPaused: true } });
  });
}
