import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { err, ok, type Result } from "@sc/domain";
import type { Lease, LeaseFailure, Log, RestoreEntry } from "@sc/ports";
import { bootClock } from "./boot-clock.ts";
import { Heartbeat } from "./heartbeat.ts";
import {
  countBadLines,
  formatRestoreEntry,
  formatRestoreList,
  parseRestoreList,
} from "./restore-list.ts";
import { type SpawnWatcher, spawnDetached, Watcher } from "./watcher.ts";
import { writeWholeFile } from "./whole-file.ts";

export interface LeaseFileOptions {
  /** Where list, heartbeat and markers lie; best on a tmpfs. Made when missing. */
  readonly runFolder: string;
  /** Whole seconds, at least 2. */
  readonly leaseSeconds: number;
  /** Path of `packaging/sc-restore`. */
  readonly watcherPath: string;
  readonly log: Log;
  /** Tells one run of the server from another; default: a new random one. */
  readonly session?: string;
  /** Seconds since boot, suspended time included; the watcher's clock. */
  readonly readUptimeSeconds?: () => number;
  readonly spawn?: SpawnWatcher;
}

/**
 * We stop writing limits this long before the watcher may begin: between our look at the clock and
 * our write to the kernel, time passes.
 */
const safetySeconds = 1.5;
/** A watcher at work for longer than this is taken for dead. */
const restoringSecondsMax = 10;
/** What a host may hold; the list is then about 4 MB and still written in milliseconds. */
const entriesMax = 10_000;

/**
 * The lease in a folder:
 *
 *     restore-list   what to put back            heartbeat   who lives, and when it last said so
 *     keep           limits are left on purpose  restoring   the watcher is at work
 *     restored       the watcher is done         sc-restore.log
 *
 * The clock is the time since boot, which nobody can set and the script can read.
 *
 *     new ── beat or renew ──▶ fresh ── no beat for seconds − 1.5 ──▶ lapsed ── renew ──▶ fresh
 */
export class LeaseFile implements Lease {
  readonly seconds: number;
  readonly #runFolder: string;
  readonly #log: Log;
  readonly #readUptimeSeconds: () => number;
  readonly #bootId: string;
  readonly #heartbeat: Heartbeat;
  readonly #watcher: Watcher;
  /** The lines of each limit, ready to be written. */
  readonly #entries = new Map<string, string>();
  readonly #recovered: readonly RestoreEntry[];
  #status: "new" | "fresh" | "lapsed" | "ended" = "new";
  #beatAt = Number.NEGATIVE_INFINITY;
  #restoringSince: number | undefined;
  /** `whole`: the file holds the entries and nothing else; `stale`: it does not, and must. */
  #list: "unwritten" | "whole" | "stale" = "unwritten";
  readonly #failing = new Set<string>();

  constructor(options: LeaseFileOptions) {
    const { runFolder, leaseSeconds, session = randomUUID() } = options;
    this.seconds = leaseSeconds;
    this.#runFolder = resolve(runFolder);
    this.#log = options.log;
    this.#readUptimeSeconds = options.readUptimeSeconds ?? bootClock();
    this.#bootId = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    this.#heartbeat = new Heartbeat(this.#path("heartbeat"), session);
    this.#watcher = new Watcher({
      command: watchCommand(options, session),
      spawn: options.spawn ?? spawnDetached(this.#path("sc-restore.log")),
      log: options.log,
      onEnd: () => this.#lookAnew(),
    });
    this.#recovered = this.#readList();
  }

  recover(): readonly RestoreEntry[] {
    return this.#recovered;
  }

  hold(entry: RestoreEntry): Result<void, LeaseFailure> {
    if (this.#status === "ended") return unwritable("the lease has ended");
    const lines = formatRestoreEntry(entry);
    if (!lines.ok) return err(lines.error);
    const key = keyOf(entry);
    const before = this.#entries.get(key);
    if (before === lines.value && this.#list === "whole") return ok(undefined);
    if (before === undefined && this.#entries.size >= entriesMax)
      return unwritable(`the restore list holds ${entriesMax} limits, no more fit`);
    this.#entries.set(key, lines.value);
    try {
      if (before === undefined && this.#list === "whole") this.#appendToList(lines.value);
      else this.#writeList();
      return ok(undefined);
    } catch (error) {
      if (before === undefined) this.#entries.delete(key);
      else this.#entries.set(key, before);
      return unwritable(`the restore list cannot be written: ${messageOf(error)}`);
    }
  }

  drop(entries: readonly LimitKey[]): void {
    let isChanged = false;
    for (const entry of entries) isChanged = this.#entries.delete(keyOf(entry)) || isChanged;
    if (!isChanged) return;
    // A line too many may put back what its owner changed since, so it is tried again at each beat.
    this.#list = "stale";
    this.#attempt("the restore list", () => this.#writeList());
  }

  beat(): void {
    if (this.#status === "new") this.renew();
    else if (this.state() === "fresh") this.#beatNow();
  }

  state(): "fresh" | "lapsed" {
    if (this.#status !== "fresh") return "lapsed";
    if (this.#readUptimeSeconds() - this.#beatAt <= this.seconds - safetySeconds) return "fresh";
    this.#status = "lapsed";
    this.#log.warn("the lease lapsed: no limit is written until it is renewed");
    return "lapsed";
  }

  renew(): boolean {
    if (this.#status === "ended") return false;
    // A lapse that nobody asked about yet is one all the same.
    this.state();
    // First the beat, then the look for the marker; the watcher does it the other way round, so one
    // of the two sees the other.
    if (!this.#beatNow() || this.#isRestoring()) return false;
    const wasRestored = existsSync(this.#path("restored"));
    const isRenewed = this.#attempt("markers", () => {
      for (const marker of ["keep", "restoring", "restored"])
        rmSync(this.#path(marker), { force: true });
    });
    if (!isRenewed) return false;
    if (this.#status === "lapsed") this.#log.info("the lease is renewed", { wasRestored });
    this.#status = "fresh";
    return true;
  }

  end(how: "released" | "keep"): void {
    if (this.#status === "ended") return;
    this.#status = "ended";
    this.#attempt("the end of the lease", () => {
      if (how === "keep") writeWholeFile(this.#path("keep"), "");
      else rmSync(this.#path("restore-list"), { force: true });
      this.#heartbeat.remove();
    });
    this.#watcher.end();
  }

  /** False when it could not be written. */
  #beatNow(): boolean {
    const now = this.#readUptimeSeconds();
    if (!this.#attempt("the heartbeat", () => this.#heartbeat.write(now))) return false;
    this.#beatAt = now;
    this.#watcher.ensure(now);
    if (this.#list === "stale") this.#attempt("the restore list", () => this.#writeList());
    return true;
  }

  #isRestoring(): boolean {
    if (!existsSync(this.#path("restoring"))) {
      this.#restoringSince = undefined;
      return false;
    }
    const now = this.#readUptimeSeconds();
    this.#restoringSince ??= now;
    return now - this.#restoringSince < restoringSecondsMax;
  }

  #readList(): readonly RestoreEntry[] {
    const path = this.#path("restore-list");
    if (!existsSync(path)) return [];
    try {
      const text = readFileSync(path, "utf8");
      const entries = parseRestoreList(text, this.#bootId);
      const unreadable = countBadLines(text);
      if (unreadable > 0)
        this.#log.warn("the restore list holds lines that cannot be read", { path, unreadable });
      for (const entry of entries) {
        const lines = formatRestoreEntry(entry);
        if (lines.ok) this.#entries.set(keyOf(entry), lines.value);
      }
      return entries;
    } catch (error) {
      this.#log.error("the restore list cannot be read", { path, why: messageOf(error) });
      return [];
    }
  }

  #writeList(): void {
    const text = formatRestoreList(this.#bootId, this.#entries.values());
    writeWholeFile(this.#path("restore-list"), text);
    this.#list = "whole";
  }

  /**
   * A limit more: its lines alone, because the list of a thousand takes a millisecond to write, and an
   * order waits for it. The script leaves out a line that was cut off.
   */
  #appendToList(lines: string): void {
    this.#list = "stale";
    // Without making it: a list that somebody removed is written whole at the next beat.
    const descriptor = openSync(
      this.#path("restore-list"),
      constants.O_WRONLY | constants.O_APPEND,
    );
    const bytesBefore = fstatSync(descriptor).size;
    try {
      const bytes = Buffer.from(lines);
      if (writeSync(descriptor, bytes) < bytes.length) throw new Error("the disk is full");
    } catch (error) {
      // Half an entry would put half a limit back.
      ftruncateSync(descriptor, bytesBefore);
      throw error;
    } finally {
      closeSync(descriptor);
    }
    this.#list = "whole";
  }

  /** The watcher ended: perhaps because someone removed our files. */
  #lookAnew(): void {
    this.#heartbeat.forget();
    this.#list = "stale";
  }

  /** Nothing of the lease may throw at a beat; a failure is said once until it is over. */
  #attempt(what: string, run: () => void): boolean {
    try {
      run();
      this.#failing.delete(what);
      return true;
    } catch (error) {
      if (!this.#failing.has(what))
        this.#log.error("the lease cannot be written", { what, why: messageOf(error) });
      this.#failing.add(what);
      return false;
    }
  }

  #path(name: string): string {
    return join(this.#runFolder, name);
  }
}

type LimitKey = Pick<RestoreEntry, "folder" | "resource">;

const keyOf = ({ resource, folder }: LimitKey): string => `${resource} ${folder}`;

function watchCommand(options: LeaseFileOptions, session: string): readonly string[] {
  return [
    "/bin/sh",
    resolve(options.watcherPath),
    "--watch",
    ...["--run-folder", resolve(options.runFolder)],
    ...["--session", session],
    ...["--pid", String(process.pid)],
    ...["--lease-seconds", String(options.leaseSeconds)],
  ];
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const unwritable = (text: string) => err({ code: "SC_LEASE_UNWRITABLE" as const, text });
