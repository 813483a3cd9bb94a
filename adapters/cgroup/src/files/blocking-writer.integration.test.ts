import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { WorkerWriter } from "./blocking-writer.ts";

/**
 * More than a pipe takes: the write hangs until someone reads, as one does while memory is
 * reclaimed.
 */
const longText = "x".repeat(200_000);

describe("a writer in a thread of its own", () => {
  let folder: string;
  let pipe: string;
  let writer: WorkerWriter;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sc-writer-"));
    pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    writer = new WorkerWriter();
    // The thread starts at the first write: what is tested below are deadlines of one that runs.
    await writer.write([{ file: fileOf("first"), value: "1" }], 30);
  });
  afterEach(async () => {
    await whileDrained(writer.close());
    rmSync(folder, { recursive: true });
  });

  /** Reads from the pipe, which lets a write to it go on, until what is waited for is there. */
  async function whileDrained<T>(awaited: Promise<T>): Promise<T> {
    const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const into = Buffer.alloc(longText.length);
    const draining = setInterval(() => {
      try {
        readSync(descriptor, into);
      } catch {
        // EAGAIN: nothing is in the pipe just now.
      }
    }, 2);
    try {
      return await awaited;
    } finally {
      clearInterval(draining);
      closeSync(descriptor);
    }
  }

  const fileOf = (name: string, content = ""): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test("writes in order and stops at the first that fails, which it names", async () => {
    const [first, last] = [fileOf("first"), fileOf("last")];
    const missing = { file: join(folder, "missing"), value: "2" };
    const tasks = [{ file: first, value: "1" }, missing, { file: last, value: "3" }];
    assert.deepEqual(await writer.write(tasks, 30), {
      kind: "failed",
      errno: "ENOENT",
      task: missing,
    });
    assert.equal(readFileSync(first, "utf8"), "1");
    assert.equal(readFileSync(last, "utf8"), "");
  });

  test("is late with a write that hangs while the loop goes on, and works after it", async () => {
    const file = fileOf("file");
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 5);
    assert.deepEqual(await writer.write([{ file: pipe, value: longText }], 0.2), { kind: "late" });
    clearInterval(turning);
    assert.ok(turns >= 2, `the loop turned ${turns} times while the write hung`);
    const queued = writer.write([{ file, value: "after" }], 30);
    assert.deepEqual(await whileDrained(queued), { kind: "written" });
    assert.equal(readFileSync(file, "utf8"), "after");
  });

  test("does not begin a write whose deadline passed while another one hung", async () => {
    const [stale, fresh] = [fileOf("stale"), fileOf("fresh")];
    const hanging = writer.write([{ file: pipe, value: longText }], 0.2);
    const waiting = writer.write([{ file: stale, value: "stale" }], 0.2);
    assert.deepEqual(await Promise.all([hanging, waiting]), [{ kind: "late" }, { kind: "late" }]);
    const last = writer.write([{ file: fresh, value: "fresh" }], 30);
    assert.deepEqual(await whileDrained(last), { kind: "written" });
    assert.equal(readFileSync(stale, "utf8"), "");
  });

  test("starts another thread after one that died", async () => {
    const dying = new WorkerWriter(new URL("data:text/javascript,throw new Error('dies')"));
    assert.deepEqual(await dying.write([{ file: fileOf("one"), value: "1" }], 0.2), {
      kind: "late",
    });
    assert.deepEqual(await dying.write([{ file: fileOf("two"), value: "2" }], 0.2), {
      kind: "late",
    });
    await dying.close();
  });

  test("answers whoever waits when it is closed", async () => {
    const hanging = new WorkerWriter(new URL("data:text/javascript,setInterval(() => {}, 1000)"));
    const waiting = hanging.write([{ file: fileOf("one"), value: "1" }], 30);
    await hanging.close();
    assert.deepEqual(await waiting, { kind: "late" });
  });
});
