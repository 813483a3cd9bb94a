import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
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
import type { Log, RestoreEntry } from "@sc/ports";
import { leaseSuite } from "@sc/ports/testing";
import { LeaseFile } from "./lease-file.ts";

interface Fixture {
  readonly folder: string;
  readonly logged: string[];
  readonly started: (readonly string[])[];
  endWatcher(why: string): void;
  pass(seconds: number): void;
  start(session?: string): LeaseFile;
}

function makeFixture(folder: string): Fixture {
  let uptimeSeconds = 5000.25;
  const logged: string[] = [];
  const say = (message: string) => logged.push(message);
  const log: Log = { info: say, warn: say, error: say };
  const started: (readonly string[])[] = [];
  let onWatcherEnd: (why: string) => void = () => {};
  return {
    folder,
    logged,
    started,
    endWatcher: (why) => onWatcherEnd(why),
    pass: (seconds) => {
      uptimeSeconds += seconds;
    },
    start: (session = "session-1") =>
      new LeaseFile({
        runFolder: folder,
        leaseSeconds: 10,
        watcherPath: "packaging/sc-restore",
        log,
        session,
        readUptimeSeconds: () => uptimeSeconds,
        spawn: (command, onEnd) => {
          started.push(command);
          onWatcherEnd = onEnd;
          return () => onEnd("SIGTERM");
        },
      }),
  };
}

const entryOf = (inode: string, value = "50000"): RestoreEntry => ({
  resource: "cpu",
  inode,
  folder: `/cgroup/${inode}`,
  steps: [{ file: `/cgroup/${inode}/cpu.cfs_quota_us`, value }],
});

leaseSuite("LeaseFile", () => {
  const fixture = makeFixture(mkdtempSync(join(tmpdir(), "sc-lease-")));
  let starts = 0;
  return {
    start: () => {
      starts += 1;
      return fixture.start(`session-${starts}`);
    },
    pass: fixture.pass,
    setRestoring: (isRestoring) => {
      const marker = join(fixture.folder, "restoring");
      if (isRestoring) writeFileSync(marker, "");
      else rmSync(marker);
    },
    close: () => rmSync(fixture.folder, { recursive: true }),
  };
});

describe("LeaseFile and its folder", () => {
  let fixture: Fixture;
  const path = (name: string) => join(fixture.folder, name);
  beforeEach(() => {
    fixture = makeFixture(join(mkdtempSync(join(tmpdir(), "sc-lease-")), "run"));
  });
  afterEach(() => rmSync(join(fixture.folder, ".."), { recursive: true }));

  test("makes the folder when it is missing", () => {
    assert.equal(fixture.start().hold(entryOf("1")).ok, true);
    assert.equal(existsSync(path("restore-list")), true);
  });

  test("the heartbeat names the session and the uptime, and keeps its length", () => {
    const lease = fixture.start();
    lease.beat();
    const first = readFileSync(path("heartbeat"), "utf8");
    assert.match(first, /^session-1 +5000\.25\n$/);
    fixture.pass(5);
    lease.beat();
    fixture.pass(5);
    lease.beat();
    const second = readFileSync(path("heartbeat"), "utf8");
    assert.match(second, /^session-1 +5010\.25\n$/);
    assert.equal(second.length, first.length);
  });

  test("an entry that is held already is not written again", () => {
    const lease = fixture.start();
    lease.hold(entryOf("1"));
    const { ino } = statSync(path("restore-list"));
    lease.hold(entryOf("1"));
    assert.equal(statSync(path("restore-list")).ino, ino);
    lease.hold(entryOf("1", "60000"));
    assert.notEqual(statSync(path("restore-list")).ino, ino);
  });

  test("a list of another boot is not recovered, and is replaced", () => {
    fixture.start().hold(entryOf("1"));
    const old = readFileSync(path("restore-list"), "utf8").replace(/^boot .*$/m, "boot another");
    writeFileSync(path("restore-list"), old);
    const lease = fixture.start("session-2");
    assert.deepEqual(lease.recover(), []);
    lease.hold(entryOf("2"));
    assert.equal(readFileSync(path("restore-list"), "utf8").includes("/cgroup/1"), false);
  });

  test("a clean end leaves no list and no heartbeat", () => {
    const lease = fixture.start();
    lease.beat();
    lease.hold(entryOf("1"));
    lease.end("released");
    assert.deepEqual(readdirSync(fixture.folder), []);
  });

  test("an end that keeps limits leaves list and marker; the next first beat takes the marker", () => {
    const lease = fixture.start();
    lease.beat();
    lease.hold(entryOf("1"));
    lease.end("keep");
    assert.deepEqual(readdirSync(fixture.folder).toSorted(), ["keep", "restore-list"]);
    fixture.start("session-2").beat();
    assert.equal(existsSync(path("keep")), false);
  });

  test("starts one watcher at the first beat, and again some time after it ended", () => {
    const lease = fixture.start();
    assert.equal(fixture.started.length, 0);
    lease.beat();
    fixture.pass(1);
    lease.beat();
    assert.equal(fixture.started.length, 1);
    assert.equal(fixture.started[0]?.includes("session-1"), true);
    fixture.endWatcher("SIGKILL");
    lease.beat();
    assert.equal(fixture.started.length, 1, "not at once");
    fixture.pass(5);
    lease.beat();
    assert.equal(fixture.started.length, 2);
    assert.equal(fixture.logged.length, 1);
  });

  test("says that the list an earlier server left is damaged, and takes what can be read", () => {
    const first = fixture.start();
    first.beat();
    assert.equal(first.hold(entryOf("1")).ok, true);
    const list = join(fixture.folder, "restore-list");
    const whole = readFileSync(list, "utf8");
    const said = (): number =>
      fixture.logged.filter((line) => line.includes("cannot be read")).length;
    assert.equal(fixture.start("session-2").recover().length, 1);
    assert.equal(said(), 0);
    writeFileSync(list, `${whole}garbage\nset /half`);
    assert.equal(fixture.start("session-3").recover().length, 1);
    assert.equal(said(), 1);
    writeFileSync(list, "no list at all\n");
    assert.deepEqual(fixture.start("session-4").recover(), []);
    assert.equal(said(), 2);
  });

  test("makes its files anew when someone removed them and the watcher therefore ended", () => {
    const lease = fixture.start();
    lease.beat();
    lease.hold(entryOf("1"));
    rmSync(fixture.folder, { recursive: true });
    fixture.endWatcher("exit status 0");
    lease.beat();
    assert.deepEqual(readdirSync(fixture.folder).toSorted(), ["heartbeat", "restore-list"]);
  });

  test("a folder that cannot be made is a refusal, never an exception, and is said once", () => {
    mkdirSync(join(fixture.folder, ".."), { recursive: true });
    writeFileSync(fixture.folder, "a file where the folder should be");
    const lease = fixture.start();
    const held = lease.hold(entryOf("1"));
    assert.equal(held.ok ? undefined : held.error.code, "SC_LEASE_UNWRITABLE");
    lease.beat();
    lease.beat();
    assert.equal(lease.state(), "lapsed");
    assert.equal(fixture.logged.length, 1);
    assert.equal(fixture.started.length, 0);
  });
});

const isRoot = process.getuid?.() === 0;

describe("LeaseFile on a full disk", {
  skip: isRoot ? false : "needs root to mount a tmpfs",
}, () => {
  let fixture: Fixture;
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), "sc-lease-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
    fixture = makeFixture(folder);
  });
  afterEach(() => {
    // Lazy, because the lease of the test keeps its heartbeat open.
    execFileSync("umount", ["--lazy", fixture.folder]);
    rmSync(fixture.folder, { recursive: true });
  });

  test("nothing more is held, what was held stays, and the heart goes on beating", () => {
    const lease = fixture.start();
    lease.beat();
    assert.equal(lease.hold(entryOf("1")).ok, true);
    fillDisk(join(fixture.folder, "filler"));
    // The last block of the list may have room for a few more.
    const held = [entryOf("1")];
    for (let inode = 2; inode < 200; inode += 1) {
      const entry = entryOf(String(inode));
      const outcome = lease.hold(entry);
      if (outcome.ok) held.push(entry);
      else assert.equal(outcome.error.code, "SC_LEASE_UNWRITABLE");
    }
    assert.ok(held.length < 199);
    fixture.pass(8);
    lease.beat();
    fixture.pass(8);
    assert.equal(lease.state(), "fresh");
    assert.deepEqual(fixture.start("session-2").recover(), held);
  });

  test("a drop that could not be written is written when there is room again", () => {
    const lease = fixture.start();
    lease.beat();
    lease.hold(entryOf("1"));
    lease.hold(entryOf("2"));
    fillDisk(join(fixture.folder, "filler"));
    lease.drop([entryOf("1")]);
    assert.equal(fixture.start("session-2").recover().length, 2);
    rmSync(join(fixture.folder, "filler"));
    lease.beat();
    assert.deepEqual(fixture.start("session-3").recover(), [entryOf("2")]);
  });
});

function fillDisk(path: string): void {
  assert.throws(() => writeFileSync(path, Buffer.alloc(1024 * 1024)), { code: "ENOSPC" });
}
