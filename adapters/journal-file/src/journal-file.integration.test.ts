import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { ContainerId } from "@sc/domain";
import type { JournalEntry, Log } from "@sc/ports";
import { journalEntry, journalSuite } from "@sc/ports/testing";
import fc from "fast-check";
import { JournalFile, type JournalFileOptions } from "./journal-file.ts";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const canMount = process.platform === "linux" && process.getuid?.() === 0;
const skip = canMount ? false : "needs root on Linux to mount a file system that can be filled";

/** A file system of 64 KiB in memory: a disk that can really be full. */
class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), "sc-journal-disk-"));
  readonly #ballast = join(this.folder, "ballast");

  constructor() {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "sc-test-disk", this.folder]);
  }

  fill(): void {
    try {
      for (;;) appendFileSync(this.#ballast, Buffer.alloc(4096));
    } catch {
      // ENOSPC: what was wanted.
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  close(): void {
    execFileSync("umount", ["--lazy", this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

describe("on a disk that can be full", { skip }, () => {
  journalSuite("JournalFile", () => {
    const disk = new SmallDisk();
    let journal: JournalFile | undefined;
    return {
      start: () => {
        journal?.close();
        // Pages are 4 KiB: the journal's own must be full for a line not to fit.
        journal = new JournalFile({ path: join(disk.folder, "j"), bootId: "boot", log: silent });
        return journal;
      },
      setFull: (isFull) => {
        if (!isFull) disk.free();
        else {
          disk.fill();
          while (journal?.append(journalEntry({ step: "applied", shares: 80 })).ok === true);
        }
      },
      close: () => {
        journal?.close();
        disk.close();
      },
    };
  });

  describe("a journal", () => {
    let disk: SmallDisk;
    beforeEach(() => {
      disk = new SmallDisk();
    });
    afterEach(() => disk.close());
    const start = (): JournalFile =>
      new JournalFile({ path: join(disk.folder, "j"), bootId: "boot", log: silent });

    test("says that the disk is full, and leaves no half a line and no open file behind", () => {
      const journal = start();
      journal.append(journalEntry({ step: "applied", shares: 10 }));
      disk.fill();
      while (journal.append(journalEntry({ step: "applied" })).ok);
      const before = openDescriptors();
      for (let time = 0; time < 5; time += 1) {
        const refused = journal.append(journalEntry({ step: "applied" }));
        assert.equal(refused.ok ? "taken" : refused.error.code, "SC_JOURNAL_FULL");
      }
      assert.equal(openDescriptors(), before);
      assert.equal(readFileSync(join(disk.folder, "j"), "utf8").endsWith("\n"), true);
      journal.close();
    });

    test("started on a full disk goes on with the old file, without half a line at its end", () => {
      const first = start();
      first.append(journalEntry({ step: "applied", shares: 10 }));
      first.close();
      appendFileSync(join(disk.folder, "j"), '{"version":1,"torn');
      disk.fill();
      const before = openDescriptors();
      const second = start();
      assert.equal(openDescriptors(), before + 1);
      assert.deepEqual(second.recover(), [journalEntry({ step: "applied", shares: 10 })]);
      const next = journalEntry({ step: "applied", shares: 20 });
      assert.equal(second.append(next).ok, true);
      second.close();
      disk.free();
      const third = start();
      assert.deepEqual(third.recover(), [next]);
      third.close();
    });
  });
});

describe("a journal in a file", () => {
  let folder: string;
  let path: string;
  const opened: JournalFile[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-journal-"));
    path = join(folder, "run", "journal");
    mkdirSync(join(folder, "run"));
  });
  afterEach(() => {
    for (const journal of opened.splice(0)) journal.close();
    rmSync(folder, { recursive: true });
  });

  function start(options: Partial<JournalFileOptions> = {}): JournalFile {
    const journal = new JournalFile({ path, bootId: "boot", log: silent, ...options });
    opened.push(journal);
    return journal;
  }

  const entryOf = (id: number, shares = 50): JournalEntry =>
    journalEntry({ step: "applied", shares, id: String(id) as ContainerId });

  test("is for its owner's eyes only", () => {
    start().append(entryOf(1));
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test("never recovers what another boot wrote", () => {
    start({ bootId: "yesterday" }).append(entryOf(1));
    const journal = start();
    assert.deepEqual(journal.recover(), []);
    journal.append(entryOf(2));
    assert.deepEqual(start().recover(), [entryOf(2)]);
    assert.deepEqual(start({ bootId: "yesterday" }).recover(), []);
  });

  test("goes on after a line that a crash cut off", () => {
    start().append(entryOf(1));
    appendFileSync(path, readFileSync(path, "utf8").slice(0, 40));
    const warnings: string[] = [];
    const journal = start({ log: { ...silent, warn: (message) => warnings.push(message) } });
    assert.equal(warnings.length, 1);
    journal.append(entryOf(2));
    assert.deepEqual(start().recover(), [entryOf(1), entryOf(2)]);
  });

  test("when it grows too large it keeps the newest of each container, and stays in bounds", () => {
    const maxBytes = 20_000;
    const journal = start({ maxBytes });
    for (let round = 1; round <= 100; round += 1) {
      for (const id of [1, 2, 3]) {
        assert.equal(journal.append(entryOf(id, round)).ok, true);
        assert.ok(statSync(path).size <= maxBytes);
      }
    }
    assert.deepEqual(start().recover(), [entryOf(1, 100), entryOf(2, 100), entryOf(3, 100)]);
    assert.equal(existsSync(`${path}.new`), false);
  });

  test("is compacted at start", () => {
    const first = start();
    for (let round = 1; round <= 20; round += 1) first.append(entryOf(1, round));
    const before = statSync(path).size;
    start();
    assert.ok(statSync(path).size < before / 10);
  });

  test("a folder that cannot be written is no fault at start, and is used once it can", () => {
    rmSync(join(folder, "run"), { recursive: true });
    writeFileSync(join(folder, "run"), "a file where the folder should be");
    const journal = start();
    const refused = journal.append(entryOf(1));
    assert.equal(refused.ok ? "taken" : refused.error.code, "SC_JOURNAL_UNWRITABLE");
    rmSync(join(folder, "run"));
    assert.equal(journal.append(entryOf(2)).ok, true);
    assert.deepEqual(start().recover(), [entryOf(2)]);
  });

  test("garbage of any kind never stops it and never hides a line beside it", () => {
    const garbage = fc
      .uint8Array({ maxLength: 100 })
      .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a)));
    start().append(entryOf(1));
    const whole = readFileSync(path);
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 5 }), garbage, (lines, last) => {
        const before = lines.flatMap((line) => [line, Buffer.from("\n")]);
        writeFileSync(path, Buffer.concat([...before, whole, last]));
        const journal = start();
        assert.deepEqual(journal.recover(), [entryOf(1)]);
        journal.append(entryOf(2));
        const next = start();
        assert.deepEqual(next.recover(), [entryOf(1), entryOf(2)]);
        for (const one of opened.splice(0)) one.close();
      }),
      { numRuns: 50 },
    );
  });
});
