import assert from "node:assert/strict";
import { test } from "node:test";
import type { RestoreEntry } from "@sc/ports";
import fc from "fast-check";
import { formatRestoreEntry, formatRestoreList, parseRestoreList } from "./restore-list.ts";

const bootId = "0d6c2f10-boot";

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter((text) => /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}/]+$/u.test(text) && text !== "." && text !== "..");
const value = fc.oneof(
  fc.integer().map(String),
  fc.tuple(fc.nat(), fc.nat()).map(([quota, period]) => `${quota} ${period}`),
);
const entry: fc.Arbitrary<RestoreEntry> = fc
  .record({
    inode: fc.nat(),
    resource: fc.constantFrom("cpu" as const, "mem" as const),
    parts: fc.array(name, { minLength: 1, maxLength: 4 }),
    steps: fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 6 }),
  })
  .map(({ inode, resource, parts, steps }) => {
    const folder = `/${parts.join("/")}`;
    const controller = resource === "mem" ? "memory" : resource;
    const fileOf = (file: string): string => `${folder}/${controller}.${file}`;
    return {
      resource,
      inode: String(inode),
      folder,
      steps: steps.map(([file, written]) => ({ file: fileOf(file), value: written })),
    };
  });

function listOf(entries: readonly RestoreEntry[], boot = bootId): string {
  const lines = entries.map((one) => {
    const formatted = formatRestoreEntry(one);
    assert.ok(formatted.ok, formatted.ok ? "" : formatted.error.text);
    return formatted.value;
  });
  return formatRestoreList(boot, lines);
}

test("what is written is read back, whatever the paths and values", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      assert.deepEqual(parseRestoreList(listOf(entries), bootId), entries);
    }),
  );
});

test("a list of another boot holds nothing", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 3 }), (entries) => {
      assert.deepEqual(parseRestoreList(listOf(entries, "another-boot"), bootId), []);
    }),
  );
});

test("a list cut off anywhere yields no step that was not written", () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 3 }), fc.nat(), (entries, cut) => {
      const text = listOf(entries);
      const read = parseRestoreList(text.slice(0, cut % (text.length + 1)), bootId);
      for (const [index, { inode, folder, steps }] of read.entries()) {
        const written = entries[index];
        assert.equal(inode, written?.inode);
        assert.equal(folder, written?.folder);
        assert.deepEqual(steps, written?.steps.slice(0, steps.length));
      }
    }),
  );
});

test("garbage is never a fault", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.deepEqual(parseRestoreList(text, bootId), []);
    }),
  );
});

const folder = "/sys/fs/cgroup/cpu/web";
const step = { file: `${folder}/cpu.shares`, value: "1024" };
const good: RestoreEntry = { resource: "cpu", inode: "7", folder, steps: [step] };

const refused: readonly (readonly [string, RestoreEntry])[] = [
  [
    "a line end of Unicode, which ends a line for some",
    { ...good, folder: "/a\u2028b", steps: [] },
  ],
  ["half a character", { ...good, folder: "/a\ud800", steps: [] }],
  ["an identity that is not an inode", { ...good, inode: "web" }],
  ["a folder with a line end", { ...good, folder: "/a\nb" }],
  ["a relative folder", { ...good, folder: "a" }],
  ["a file outside the folder", { ...good, steps: [{ ...step, file: "/etc/passwd" }] }],
  ["a file reached through ..", { ...good, steps: [{ ...step, file: `${folder}/..` }] }],
  ["a file of a child", { ...good, steps: [{ ...step, file: `${folder}/child/cpu.shares` }] }],
  ["a file with a tab", { ...good, steps: [{ ...step, file: `${folder}/a\tb` }] }],
  ["a value with a line end", { ...good, steps: [{ ...step, value: "1\nset /etc/passwd\tx" }] }],
  ["an empty value", { ...good, steps: [{ ...step, value: "" }] }],
];
for (const [what, bad] of refused) {
  test(`${what} is refused, not written`, () => {
    const formatted = formatRestoreEntry(bad);
    assert.equal(formatted.ok, false);
    assert.equal(formatted.ok ? undefined : formatted.error.code, "SC_LEASE_UNWRITABLE");
  });
}
