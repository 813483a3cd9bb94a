import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { LockHeld, LockUnusable } from "./errors.ts";
import { ProcessLock } from "./process-lock.ts";

const program = `
  import { ProcessLock } from "${new URL("./process-lock.ts", import.meta.url).href}";
  globalThis.lock = ProcessLock.take(process.argv[1]);
  process.stdout.write("held");
  setInterval(() => {}, 1000);
`;

describe("the lock that keeps a second agent out", () => {
  let folder: string;
  let path: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-lock-"));
    path = join(folder, "agent.lock");
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await killed(child);
    rmSync(folder, { recursive: true });
  });

  async function killed(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async function holder(): Promise<ChildProcess> {
    const words = ["--input-type=module", "--eval", program, path];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const [said] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    assert.equal(String(said), "held");
    return child;
  }

  const isHeld = (error: unknown): boolean =>
    error instanceof LockHeld && error.code === "SC_LOCK_HELD" && error.path === path;

  test("is refused while another process has it, and free once that one was killed", async () => {
    const child = await holder();
    assert.throws(() => ProcessLock.take(path), isHeld);
    assert.throws(() => ProcessLock.take(path), isHeld, "a refusal must not take the lock away");
    await killed(child);
    ProcessLock.take(path).release();
  });

  test("is refused to the same process a second time, and free after release", () => {
    const first = ProcessLock.take(path);
    assert.throws(() => ProcessLock.take(path), isHeld);
    first.release();
    const second = ProcessLock.take(path);
    second.release();
  });

  test("a file that cannot be a lock is not taken for one that is held, and is left alone", () => {
    writeFileSync(path, "this is no database, and long enough to be seen as none".repeat(20));
    assert.throws(
      () => ProcessLock.take(path),
      (error) => error instanceof LockUnusable && error.code === "SC_LOCK_UNUSABLE",
    );
    assert.ok(existsSync(path));
  });
});
