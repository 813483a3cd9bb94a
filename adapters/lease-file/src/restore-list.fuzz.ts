import assert from "node:assert/strict";
import { anyText, fuzzTarget, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { formatRestoreEntry, parseRestoreList } from "./restore-list.ts";

const bootId = "0d6c2f10-boot";
const folder = "/sys/fs/cgroup/cpu/web";
const line = fc.constantFrom(
  "serverless-containers restore list 1",
  `boot ${bootId}`,
  "boot another",
  `group 14059 ${folder}`,
  "group 7 /sys/fs/cgroup/cpu/with space",
  `set ${folder}/cpu.cfs_quota_us\t50000`,
  `set ${folder}/../../etc/passwd\t1`,
  `set ${folder}/child/cpu.shares\t1024`,
  `set ${folder}/..\t1`,
);
const list = fc.oneof(
  fc
    .tuple(
      fc.array(fc.oneof(line, line, spoiled(line)), { maxLength: 12 }),
      fc.constantFrom("\n", ""),
    )
    .map(([lines, end]) => `boot ${bootId}\n${lines.join("\n")}${end}`),
  anyText,
);

export const targets = [
  // Whatever the list holds, no step leads out of its group's folder.
  fuzzTarget("restore-list", list, (text) => {
    for (const entry of parseRestoreList(text, bootId)) {
      for (const { file, value } of entry.steps) {
        assert.ok(file.startsWith(`${entry.folder}/`), file);
        assert.doesNotMatch(file.slice(entry.folder.length + 1), /\/|^\.{0,2}$/);
        assert.notEqual(value, "");
      }
      // A server takes it over by writing it again, or says that it cannot.
      const formatted = formatRestoreEntry(entry);
      if (!formatted.ok) assert.equal(formatted.error.code, "SC_LEASE_UNWRITABLE");
    }
  }),
];
