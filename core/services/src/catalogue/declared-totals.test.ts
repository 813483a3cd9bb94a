import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeclaredHost } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { InMemoryDocumentStore } from "@sc/ports/testing";
import { DeclaredTotalsBook } from "./declared-totals.ts";

const capacity = (max: number, heldByOthers = 0) => ({ max, heldByOthers });

const host = (changed: Partial<DeclaredHost> = {}): DeclaredHost => ({
  agent: { address: "host0", port: 8000 },
  placement: "shared",
  resources: { cpu: capacity(800, 100), mem: capacity(4096) },
  disks: {},
  ...changed,
});

test("what was said of this host is known, less what others hold, until it is taken back", async () => {
  const store = new InMemoryDocumentStore();
  const book = new DeclaredTotalsBook({ store, isLocalHost: (name) => name === "host0" });
  const [here, elsewhere] = [nameFor("host0"), nameFor("host1")];
  const put = (name: typeof here, content: DeclaredHost) =>
    store.save([{ action: "put", document: { kind: "declared-host", name, content } }]);
  await put(elsewhere, host());
  assert.deepEqual(book.totals, {});
  const disk = { type: "SSD", path: "/", loadByOthers: 0 };
  const disks = {
    a: { ...disk, read: capacity(200, 50), write: capacity(100) },
    b: { ...disk, read: capacity(300), write: capacity(100) },
  };
  await put(here, host({ disks }));
  assert.deepEqual(book.totals, { cpu: 700, mem: 4096, disk_read: 450, disk_write: 200 });
  await store.save([{ action: "remove", kind: "declared-host", name: here }]);
  assert.deepEqual(book.totals, {});
  await put(here, host());
  const later = new DeclaredTotalsBook({ store, isLocalHost: (name) => name === "host0" });
  const loaded = await store.load();
  if (loaded.ok) later.take(loaded.value);
  assert.deepEqual(later.totals, { cpu: 700, mem: 4096 });
});
