import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { eventually, keepingLog } from "./testing/places.ts";
import { WorkerLink } from "./worker-link.ts";

type Request = "echo" | "silence" | "tell" | "throw" | "exit";

/** Answers, says something by itself, or dies, as it is asked to. */
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ id, request }) => {
      if (id === "close") parentPort.postMessage({ id: "closed", reply: undefined });
      if (request === "echo") parentPort.postMessage({ id, reply: "echo" });
      if (request === "tell") parentPort.postMessage({ id: undefined, reply: "told" });
      if (request === "throw") throw new Error("it dies");
      if (request === "exit") process.exit(1);
    });
  `)}`,
);

interface Stage {
  readonly link: WorkerLink<Request, string>;
  readonly lines: readonly [string, unknown?][];
  readonly heard: string[];
}

const opened: Stage[] = [];

/** `failing`: the callback of this name throws. */
function open(failing?: "reply" | "death" | "restart", of: URL = script): Stage {
  const { log, lines } = keepingLog();
  const heard: string[] = [];
  const callback = (name: string) => (): void => {
    heard.push(name);
    if (name === failing) throw new Error("the listener is broken");
  };
  const link = new WorkerLink<Request, string>({
    task: { kind: "documents", path: "nowhere" },
    log,
    script: of,
    onReply: callback("reply"),
    onDeath: callback("death"),
    onRestart: callback("restart"),
  });
  const stage = { link, lines, heard };
  opened.push(stage);
  return stage;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ link }) => link.close()));
});

describe("the link to a database's thread", () => {
  test("answers, and hands on what nobody asked for", async () => {
    const { link, heard } = open();
    assert.equal(await link.ask("echo", 30), "echo");
    assert.equal(link.post("tell", []), true);
    await eventually(() => heard.length > 0);
    assert.deepEqual(heard, ["reply"]);
  });

  test("gives up a question that is not answered in time, and answers the next", async () => {
    const { link } = open();
    assert.equal(await link.ask("silence", 0.05), undefined);
    assert.equal(await link.ask("echo", 30), "echo");
  });

  test("outlives a listener of an answer that throws, says so, and gives the answer", async () => {
    const { link, lines } = open();
    const broken = (): void => {
      throw new Error("the listener is broken");
    };
    assert.equal(await link.ask("echo", 30, broken), "echo");
    assert.equal(await link.ask("echo", 30), "echo");
    assert.match(JSON.stringify(lines), /listener/);
  });

  for (const death of ["throw", "exit"] as const) {
    test(`answers all who wait when its thread dies (${death}), and comes back`, async () => {
      const { link, heard, lines } = open();
      const waiting = [link.ask("silence", 30), link.ask("silence", 30), link.ask(death, 30)];
      assert.deepEqual(await Promise.all(waiting), [undefined, undefined, undefined]);
      assert.equal(link.post("tell", []), false);
      await eventually(() => heard.includes("restart"));
      assert.equal(await link.ask("echo", 30), "echo");
      assert.deepEqual(heard, ["death", "restart"]);
      assert.equal(lines.length, 1);
    });
  }

  for (const broken of ["reply", "death", "restart"] as const) {
    test(`comes back also where whoever hears of it (${broken}) throws`, async () => {
      const { link, heard } = open(broken);
      link.post("tell", []);
      await eventually(() => heard.includes("reply"));
      assert.equal(await link.ask("throw", 30), undefined);
      await eventually(() => heard.includes("restart"));
      assert.equal(await link.ask("echo", 30), "echo");
    });
  }

  test("answers that there is nothing where no thread can be started, and tries again", async () => {
    const { link, heard } = open(undefined, new URL("ftp://nowhere/"));
    assert.equal(await link.ask("echo", 30), undefined);
    await eventually(() => heard.includes("restart"));
    assert.equal(await link.ask("echo", 30), undefined);
  });

  test("lets nobody wait after its end", async () => {
    const { link } = open();
    await link.ask("echo", 30);
    const waiting = link.ask("silence", 30);
    await link.close();
    assert.equal(await waiting, undefined);
    assert.equal(await link.ask("echo", 30), undefined);
    assert.equal(link.post("tell", []), false);
  });
});
