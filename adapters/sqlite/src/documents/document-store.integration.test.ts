import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { type Document, parseStructureName } from "@sc/domain";
import type { DocumentStore } from "@sc/ports";
import { documentStoreSuite } from "@sc/ports/testing";
import { keepingLog, lockElsewhere, Place, SmallDisk, whyNoMounts } from "../testing/places.ts";
import { SqliteDocumentStore } from "./document-store.ts";

const open = (place: Place, path = place.path("state.db")): SqliteDocumentStore => {
  const store = new SqliteDocumentStore({ path, log: keepingLog().log });
  place.defer(() => store.close());
  return store;
};

describe("on a disk of its own", { skip: whyNoMounts() }, () => {
  documentStoreSuite("the SQLite store", async () => {
    const place = new Place();
    const disk = new SmallDisk(place, "1m");
    return {
      store: open(place),
      reopen: async () => open(place),
      setFull: (isFull) => (isFull ? disk.fill() : disk.makeRoom()),
      close: () => place[Symbol.asyncDispose](),
    };
  });
});

const host = (isPaused: boolean): Document => ({
  kind: "host",
  name: "host",
  content: { isPaused },
});

test("one who watches and fails keeps neither the others nor the one who saves from hearing", async () => {
  await using place = new Place();
  const store = open(place);
  const heard: string[] = [];
  store.watch(() => {
    throw new Error("the listener is broken");
  });
  store.watch((changed) => heard.push(...changed.map(({ name }) => name)));
  assert.equal(await saveCode(store), "saved");
  assert.deepEqual(heard, ["host"]);
});

/** What the store says of itself, in a word. */
const loadCode = async (store: DocumentStore): Promise<string> => {
  const loaded = await store.load();
  return loaded.ok ? "loaded" : loaded.error.code;
};
const saveCode = async (store: DocumentStore, document = host(true)): Promise<string> => {
  const saved = await store.save([{ action: "put", document }]);
  return saved.ok ? "saved" : saved.error.code;
};

/** A store that holds one document, closed. */
async function filled(place: Place): Promise<string> {
  const path = place.path("state.db");
  const store = open(place, path);
  assert.equal(await saveCode(store), "saved");
  await store.close();
  return path;
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe("a documents' file", () => {
  const damages: readonly (readonly [what: string, damage: (path: string) => void])[] = [
    ["of garbage", (path) => writeFileSync(path, "garbage ".repeat(1000))],
    ["that was cut off", (path) => truncateSync(path, 4096)],
    ["with garbage inside", (path) => writeFileSync(path, spoiled(readFileSync(path)))],
  ];
  for (const [what, damage] of damages) {
    test(`${what} is called corrupt and left alone`, async () => {
      await using place = new Place();
      const path = await filled(place);
      damage(path);
      const before = readFileSync(path);
      const store = open(place, path);
      assert.equal(await loadCode(store), "SC_STATE_CORRUPT");
      assert.equal(await saveCode(store), "SC_STATE_NOT_SAVED");
      await store.close();
      assert.deepEqual(readFileSync(path), before);
    });
  }

  test("of another program is called corrupt and left alone", async () => {
    await using place = new Place();
    const path = place.path("state.db");
    change(path, "CREATE TABLE bread (price INTEGER)");
    const before = readFileSync(path);
    assert.equal(await loadCode(open(place, path)), "SC_STATE_CORRUPT");
    assert.deepEqual(readFileSync(path), before);
  });

  test("of a newer version is left alone", async () => {
    await using place = new Place();
    const path = await filled(place);
    change(path, "PRAGMA user_version = 2");
    const before = readFileSync(path);
    const store = open(place, path);
    assert.equal(await loadCode(store), "SC_STATE_NEWER");
    assert.equal(await saveCode(store), "SC_STATE_NOT_SAVED");
    await store.close();
    assert.deepEqual(readFileSync(path), before);
  });

  test("in a place that cannot be made is called unreadable", async () => {
    await using place = new Place();
    writeFileSync(place.path("file"), "");
    const store = open(place, place.path("file/state.db"));
    assert.equal(await loadCode(store), "SC_STATE_UNREADABLE");
  });
});

/** The same header, and nothing behind it that means anything. */
const spoiled = (bytes: Buffer): Buffer => bytes.fill(0x5a, 120);

describe("a documents' file that another process", () => {
  test("has for itself is locked, and usable when it is free again", async () => {
    await using place = new Place();
    const path = await filled(place);
    const other = await lockElsewhere(
      place,
      path,
      "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM document",
    );
    const store = open(place, path);
    assert.equal(await loadCode(store), "SC_STATE_LOCKED");
    assert.equal(await saveCode(store), "SC_STATE_NOT_SAVED");
    const ended = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await ended;
    assert.equal(await loadCode(store), "loaded");
    assert.equal(await saveCode(store), "saved");
  });

  test("writes can be read and not written, and this thread goes on meanwhile", async () => {
    await using place = new Place();
    const path = await filled(place);
    await lockElsewhere(place, path, "BEGIN EXCLUSIVE");
    const store = open(place, path);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 10);
    assert.equal(await loadCode(store), "loaded");
    assert.equal(await saveCode(store), "SC_STATE_NOT_SAVED");
    clearInterval(timer);
    assert.ok(turns > 10, `${turns} turns of this thread's loop`);
  });
});

describe("documents that cannot be understood", () => {
  const rows = [
    ["structure", "wrong", 1, '{"resources":{"cpu":{"mode":"turbo"}}}'],
    ["structure", "../etc", 1, "{}"],
    ["structure", "cut", 1, '{"isPaused":tr'],
    ["rule", "newer", 2, "{}"],
    ["rule", "other", 1, '{"name":"one"}'],
    ["service", "guardian", 1, '{"noDataSeconds":-1}'],
    ["service", "baker", 1, "{}"],
    ["bread", "white", 1, "{}"],
    ["host", "another", 1, '{"isPaused":true}'],
  ] as const;

  test("are told by name and bound, stay as they are, and spoil no other", async () => {
    await using place = new Place();
    const path = await filled(place);
    const database = new DatabaseSync(path);
    const insert = database.prepare(
      "INSERT INTO document VALUES (?, ?, 9223372036854775807, ?, ?)",
    );
    for (const [kind, name, version, content] of rows) insert.run(kind, name, version, content);
    const stored = () =>
      database.prepare("SELECT kind, name, content FROM document WHERE kind <> 'host'").all();
    const before = stored();

    const store = open(place, path);
    assert.equal(await saveCode(store, host(false)), "saved");
    const loaded = await store.load();
    assert.ok(loaded.ok);
    assert.deepEqual(
      loaded.value.documents.map(({ document }) => document),
      [host(false)],
    );
    const codes = loaded.value.faults.map(({ kind, name, code }) => `${kind}/${name} ${code}`);
    assert.deepEqual(
      codes,
      rows
        .map(([kind, name, version]) =>
          version > 1 ? `${kind}/${name} SC_DOCUMENT_NEWER` : `${kind}/${name} SC_DOCUMENT_INVALID`,
        )
        .toSorted(),
    );
    const texts = loaded.value.faults.map(({ text }) => text).join("\n");
    assert.match(texts, /noDataSeconds.*>= 1/);
    assert.match(texts, /cpu\/mode/);
    assert.deepEqual(stored(), before);
    database.close();
  });

  test("are not saved, with field and bound in the answer", async () => {
    await using place = new Place();
    const store = open(place);
    const name = parseStructureName("web");
    assert.ok(name.ok);
    for (const max of [Number.NaN, Number.POSITIVE_INFINITY, -1]) {
      const content = { resources: { cpu: { max } } };
      const saved = await store.save([
        { action: "put", document: host(true) },
        { action: "put", document: { kind: "structure", name: name.value, content } },
      ]);
      assert.ok(!saved.ok && saved.error.code === "SC_STATE_NOT_SAVED");
      assert.match(saved.error.text, /structure web: \/resources\/cpu\/max/);
    }
    const loaded = await store.load();
    assert.deepEqual(loaded, { ok: true, value: { documents: [], faults: [] } });
  });
});
