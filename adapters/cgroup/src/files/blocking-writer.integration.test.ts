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
import { type HowToWrite, WorkerWriter } from "./blocking-writer.ts";

/**
 * More than a pipe takes: the write hangs until someone reads, as one does while memory is
 * reclaimed.
 */
const longText = "x".repeat(200_000);
/** As many shrinks as are made beside each other. */
const shrinksMax = 4;

const shrink = (deadlineSeconds: number): HowToWrite => ({ deadlineSeconds, direction: "shrink" });
const growth = (deadlineSeconds: number): HowToWrite => ({ deadlineSeconds, direction: "growth" });

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
    await writer.write([{ file: fileOf("first"), value: "1" }], shrink(30));
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

  /** Shrinks that hang until someone reads from the pipe. */
  const hangingShrinks = (count: number): readonly Promise<unknown>[] =>
    Array.from({ length: count }, () =>
      writer.write([{ file: pipe, value: longText }], shrink(30)),
    );

  test("writes in order and stops at the first that fails, which it names", async () => {
    const [first, last] = [fileOf("first"), fileOf("last")];
    const missing = { file: join(folder, "missing"), value: "2" };
    const tasks = [{ file: first, value: "1" }, missing, { file: last, value: "3" }];
    assert.deepEqual(await writer.write(tasks, shrink(30)), {
      kind: "failed",
      errno: "ENOENT",
      task: missing,
    });
    assert.equal(readFileSync(first, "utf8"), "1");
    assert.equal(readFileSync(last, "utf8"), "");
  });

  test("is late with a write that hangs while the loop goes on, and tells how it ended", async () => {
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 5);
    const answer = await writer.write([{ file: pipe, value: longText }], shrink(2));
    clearInterval(turning);
    assert.ok(answer.kind === "late");
    assert.ok(turns >= 2, `the loop turned ${turns} times while the write hung`);
    assert.deepEqual(await whileDrained(answer.ended), { kind: "written" });
  });

  test("makes a growth at once, however many shrinks hang", async () => {
    const file = fileOf("file");
    const hanging = hangingShrinks(shrinksMax + 1);
    const answer = await writer.write([{ file, value: "grown" }], growth(30));
    assert.deepEqual(answer, { kind: "written" });
    assert.equal(readFileSync(file, "utf8"), "grown");
    await whileDrained(Promise.all(hanging));
  });

  test("makes the shrink of one while that of another hangs", async () => {
    const file = fileOf("file");
    const hanging = hangingShrinks(shrinksMax - 1);
    const answer = await writer.write([{ file, value: "shrunk" }], shrink(30));
    assert.deepEqual(answer, { kind: "written" });
    await whileDrained(Promise.all(hanging));
  });

  test("never makes a write that found no thread until its deadline, and says so", async () => {
    const file = fileOf("file");
    const hanging = hangingShrinks(shrinksMax);
    const refused = await writer.write([{ file, value: "stale" }], shrink(0.2));
    assert.deepEqual(refused, { kind: "not-begun" });
    const again = writer.write([{ file, value: "fresh" }], shrink(30));
    assert.deepEqual(await whileDrained(again), { kind: "written" });
    await whileDrained(Promise.all(hanging));
    assert.equal(readFileSync(file, "utf8"), "fresh");
  });

  test("answers at once for a thread that dies, and starts another", async () => {
    const dying = new WorkerWriter(new URL("data:text/javascript,throw new Error('dies')"));
    for (const name of ["one", "two"]) {
      assert.deepEqual(await dying.write([{ file: fileOf(name), value: "1" }], shrink(30)), {
        kind: "not-begun",
      });
    }
    await dying.close();
  });

  test("says that a write failed whose thread died in the middle of it", async () => {
    const script =
      "import { parentPort } from 'node:worker_threads';" +
      "parentPort.on('message', ({ claim }) => { claim[0] = 1; throw new Error('dies'); });";
    const dying = new WorkerWriter(new URL(`data:text/javascript,${script}`));
    const task = { file: fileOf("one"), value: "1" };
    assert.deepEqual(await dying.write([task], shrink(30)), { kind: "failed", errno: "EIO", task });
    await dying.close();
  });

  test("answers whoever waits when it is closed", async () => {
    const hanging = new WorkerWriter(new URL("data:text/javascript,setInterval(() => {}, 1000)"));
    const waiting = hanging.write([{ file: fileOf("one"), value: "1" }], growth(30));
    await hanging.close();
    assert.deepEqual(await waiting, { kind: "not-begun" });
  });
});
