import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Log } from "@sc/ports";
import { drain, pointQueueSuite, seriesPoint } from "@sc/ports/testing";
import { FilePointQueue } from "./file-point-queue.ts";

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const roomy = 64 * 1_048_576;
const open = (folder: string, bytesMost = roomy) =>
  new FilePointQueue({ folder, bytesMost, log: silent });

pointQueueSuite("the queue in files", async ({ isSmall }) => {
  const folder = await mkdtemp(join(tmpdir(), "sc-queue-"));
  const queues: FilePointQueue[] = [];
  // What is opened anew beside one that was not closed finds what a death would have left.
  const opened = () => {
    const queue = open(folder, isSmall ? 4096 : roomy);
    queues.push(queue);
    return queue;
  };
  return {
    queue: opened(),
    reopen: async () => opened(),
    close: async () => {
      for (const queue of queues) await queue.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

describe("the queue in files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sc-queue-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const files = async () => (await readdir(folder)).filter((name) => name.endsWith(".points"));
  const fileAt = async (at: number) => join(folder, (await files()).toSorted().at(at) ?? "");

  test("a file whose points are all sent is removed, with what was noted beside it", async () => {
    const queue = open(folder);
    for (let at = 0; at < 3; at += 1) await queue.append([seriesPoint(at)]);
    assert.equal((await files()).length, 1);
    await drain(queue);
    assert.deepEqual(await readdir(folder), []);
  });

  test("a frame that a death cut off is not there, and nothing else is missing", async () => {
    const queue = open(folder);
    for (let at = 0; at < 3; at += 1) await queue.append([seriesPoint(at)]);
    const path = await fileAt(0);
    await truncate(path, (await readFile(path)).length - 5);
    const again = open(folder);
    await again.append([seriesPoint(3)]);
    assert.deepEqual(
      await drain(again),
      [0, 1, 3].map((at) => seriesPoint(at)),
    );
  });

  test("what follows a frame that was turned in its file is lost and counted, and sending goes on", async () => {
    const queue = open(folder);
    for (let at = 0; at < 3; at += 1) await queue.append([seriesPoint(at)]);
    const path = await fileAt(0);
    const bytes = await readFile(path);
    await writeFile(path, bytes.with(bytes.length / 2, (bytes[bytes.length / 2] ?? 0) ^ 1));
    const again = open(folder);
    await again.append([seriesPoint(3)]);
    assert.deepEqual(await drain(again), [seriesPoint(0), seriesPoint(3)]);
    assert.equal(again.status().lost, 2);
  });

  test("what is no file of the queue is left alone", async () => {
    await writeFile(join(folder, "notes.txt"), "mine");
    await appendFile(join(folder, "0000000000000001.points"), "no frame at all");
    const queue = open(folder);
    await queue.append([seriesPoint(0)]);
    assert.deepEqual(await drain(queue), [seriesPoint(0)]);
    assert.deepEqual(await readdir(folder), ["notes.txt"]);
  });

  test("a folder that cannot be made is shown with what is lost, and nothing throws", async () => {
    await writeFile(join(folder, "file"), "");
    const queue = open(join(folder, "file", "below"));
    await queue.append([seriesPoint(0)]);
    assert.equal(await queue.next(), undefined);
    assert.match(queue.status().failure ?? "", /ENOTDIR/);
    assert.equal(queue.status().lost, 1);
  });

  test("what was said to be appended is there after the process was killed in the middle of more", async () => {
    const script = fileURLToPath(new URL("testing/appending-process.ts", import.meta.url));
    const child = spawn(process.execPath, [script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      said = Number(line);
      if (said === 40) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const taken = await drain(open(folder));
    assert.ok(taken.length >= said * 10, `${taken.length} of ${said * 10}`);
    assert.deepEqual(
      taken,
      taken.map((_, at) => seriesPoint(at)),
    );
  });
});
