import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  cpuLimitOfShares,
  type DecisionInput,
  monotonicSeconds,
  type Outcome,
  type PolicyRun,
  wallSeconds,
} from "@sc/domain";
import { idFor, nameFor, settingsFor } from "@sc/domain/testing";
import { ModuleFolder } from "./testing/module-fixture.ts";
import { UserModule } from "./user-module.ts";

const inputFor = (
  structure: string,
  at: number,
  changed: Partial<DecisionInput["observation"]> = {},
): DecisionInput => ({
  observation: {
    structure: nameFor(structure),
    id: idFor(structure),
    windowSeconds: 0.1,
    used: 50,
    limit: 100,
    cpuLimit: cpuLimitOfShares(100, 100),
    isFrozen: false,
    ...changed,
  },
  settings: settingsFor({ min: 10, max: 300 }),
  at: monotonicSeconds(at),
  stamp: wallSeconds(at),
});

class OpenModule implements AsyncDisposable {
  readonly folder = new ModuleFolder();
  readonly module: UserModule;
  readonly logged: string[] = [];
  /** Milliseconds added to the clock. */
  later = 0;
  readonly file: string;

  constructor(write: (folder: ModuleFolder) => string) {
    this.file = write(this.folder);
    const note = (message: string) => this.logged.push(message);
    this.module = new UserModule(
      { name: "mine", file: this.file, resources: ["cpu"] },
      {
        log: { info: () => {}, warn: note, error: note },
        now: () => performance.now() + this.later,
      },
    );
  }

  begin(): PolicyRun {
    const [policy] = this.module.policies;
    assert.ok(policy);
    return policy.begin(monotonicSeconds(0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.module[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

async function opened(write: (folder: ModuleFolder) => string): Promise<OpenModule> {
  const open = new OpenModule(write);
  await open.module.whenStarted();
  return open;
}

const deciding = (body: string, before?: string) =>
  opened((folder) => folder.deciding(body, before));

const codeOf = (outcome: Outcome): string =>
  outcome.kind === "request" ? outcome.request.reason.code : outcome.reason.code;

describe("a module", () => {
  test("asks for a limit as any policy does, with its own words", async () => {
    await using mine = await deciding(
      "return { state: state + 1, limit: input.limit + 20, reason: 'reading ' + state };",
    );
    const run = mine.begin();
    run.decide(inputFor("web", 1));
    const { outcome, events } = run.decide(inputFor("web", 2));
    assert.ok(outcome.kind === "request");
    const { amount, from, policy, reason, isRecommendation, stamp } = outcome.request;
    assert.deepEqual(
      { amount, from, policy, reason, isRecommendation, stamp, events },
      {
        amount: 20,
        from: 100,
        policy: "mine",
        reason: { code: "user-policy", text: "reading 1" },
        isRecommendation: false,
        stamp: 2,
        events: [],
      },
    );
  });

  test("may ask for another shape of a cpu limit, once", async () => {
    await using mine = await deciding(
      'return { state, cpu: { burstShares: 50, periodMs: 500, weight: 70 }, reason: "shape" };',
    );
    const run = mine.begin();
    const { outcome } = run.decide(inputFor("web", 1));
    assert.ok(outcome.kind === "request");
    const cpu = { burstShares: 50, periodMs: 500, weight: 70 };
    assert.deepEqual([outcome.request.amount, outcome.request.cpu], [0, cpu]);
    const cpuLimit = { ...cpu, quotaShares: 100 };
    assert.equal(run.decide(inputFor("web", 2, { cpuLimit })).outcome.kind, "hold");
  });

  test("remembers each structure by itself, and each run from its begin", async () => {
    await using mine = await deciding("return { state: state + 1, reason: 'reading ' + state };");
    const [web, db] = [mine.begin(), mine.begin()];
    const texts = [web, db, web, mine.begin()].map((run, index) => {
      const { outcome } = run.decide(inputFor(run === db ? "db" : "web", index));
      return outcome.kind === "hold" ? outcome.reason.text : "";
    });
    assert.deepEqual(texts, ["reading 0", "reading 0", "reading 1", "reading 0"]);
  });

  test("may be plain JavaScript", async () => {
    const text =
      "export const policy = { begin() {}, decide: () => ({ state: 0, reason: 'js' }) };";
    await using mine = await opened((folder) => folder.file(text, "policy.mjs"));
    assert.equal(codeOf(mine.begin().decide(inputFor("web", 1)).outcome), "user-policy");
  });

  test("has neither the server's environment nor its output", async () => {
    await using mine = await deciding(
      "console.log('x'); return { state, reason: String(Object.keys(process.env).length) };",
    );
    const { outcome } = mine.begin().decide(inputFor("web", 1));
    assert.equal(outcome.kind === "hold" && outcome.reason.text, "0");
  });
});

describe("what is no decision is refused, and its structure alone is held", () => {
  const cases: readonly (readonly [body: string, said: RegExp])[] = [
    ['throw new Error("a fault of mine");', /failed: a fault of mine/],
    ['throw "no error";', /failed: no error/],
    ["return undefined;", /it decided nothing/],
    ['return { state, limit: Number.NaN, reason: "x" };', /its limit is NaN, no number/],
    ['return { state, limit: Infinity, reason: "x" };', /its limit is Infinity/],
    ['return { state, limit: "100", reason: "x" };', /its limit is a string/],
    ['return { state, limit: 301, reason: "x" };', /a limit of 301, outside 10 to 300/],
    ['return { state, limit: -5, reason: "x" };', /a limit of -5, outside 10 to 300/],
    ['return Promise.resolve({ state, reason: "x" });', /it answered with a promise/],
    ["return { state };", /it answered without a reason/],
    ['return { state, reason: "x".repeat(1e6) };', /its reason has 1000000 characters/],
    ['return { reason: "x" };', /it answered without its state/],
    ['return { state, cpu: 5, reason: "x" };', /its cpu is no object/],
    [
      'return { state, cpu: { burstShares: 101, periodMs: 100 }, reason: "x" };',
      /a burst of 101, outside 0 to its limit 100/,
    ],
    [
      'return { state, cpu: { burstShares: 0, periodMs: 5000 }, reason: "x" };',
      /a period of 5000 ms/,
    ],
    [
      'return { state, cpu: { burstShares: 0, periodMs: 100, weight: -1 }, reason: "x" };',
      /a weight of -1/,
    ],
    [
      'return { state, cpu: { periodMs: 100 }, reason: "x" };',
      /answered with a undefined as burst/,
    ],
  ];
  for (const [body, said] of cases) {
    test(body.slice(0, 70), async () => {
      await using mine = await deciding(
        `if (input.structure === "web") { ${body} } return { state, reason: "fine" };`,
      );
      assert.throws(() => mine.begin().decide(inputFor("web", 1)), said);
      assert.equal(codeOf(mine.begin().decide(inputFor("db", 1)).outcome), "user-policy");
      assert.deepEqual(mine.module.problems(), []);
    });
  }

  test("a shape of memory is no decision", async () => {
    const [folder, log] = [new ModuleFolder(), { info() {}, warn() {}, error() {} }];
    const file = folder.deciding(
      'return { state, cpu: { burstShares: 0, periodMs: 100 }, reason: "x" };',
    );
    const entry = { name: "mine", file, resources: ["mem"] } as const;
    await using module = new UserModule(entry, { log, now: () => performance.now() });
    await module.whenStarted();
    const run = module.policies[0]?.begin(monotonicSeconds(0));
    assert.throws(() => run?.decide(inputFor("web", 1)), /a shape of mem, which has none/);
    folder[Symbol.dispose]();
  });

  test("what is written to a terminal is no more than text", async () => {
    await using mine = await deciding('return { state, reason: "a\\u001b[31mb\\nc" };');
    const { outcome } = mine.begin().decide(inputFor("web", 1));
    assert.equal(outcome.kind === "hold" && outcome.reason.text, "a\ufffd[31mb\ufffdc");
  });
});

const loopOn = (structure: string): string =>
  `if (input.structure === "${structure}") for (;;); return { state: state + 1, reason: "fine" };`;

describe("a module that loops", () => {
  test("is cut off in time; the structure is forgiven once, the others begin anew and go on", async () => {
    await using mine = await deciding(loopOn("web"));
    const [web, db] = [mine.begin(), mine.begin()];
    assert.equal(codeOf(db.decide(inputFor("db", 1)).outcome), "user-policy");
    assert.equal(codeOf(web.decide(inputFor("web", 2)).outcome), "policy-late");
    assert.equal(codeOf(db.decide(inputFor("db", 2)).outcome), "policy-starting");
    await mine.module.whenStarted();
    assert.equal(codeOf(db.decide(inputFor("db", 3)).outcome), "user-policy");
    assert.throws(() => web.decide(inputFor("web", 4)), /for the second time/);
    await mine.module.whenStarted();
    assert.equal(codeOf(db.decide(inputFor("db", 5)).outcome), "user-policy");
    assert.deepEqual(mine.module.problems(), []);
  });

  test("again and again is asked no more, says so, and is tried once more when settings change", async () => {
    await using mine = await deciding("for (;;);");
    for (let count = 0; count < 5; count += 1) {
      mine.begin().decide(inputFor(`web-${count}`, count));
      await mine.module.whenStarted();
    }
    const { length } = mine.logged;
    for (let count = 0; count < 100; count += 1) {
      assert.throws(() => mine.begin().decide(inputFor("web", 9)), /cut off 5 times/);
    }
    assert.equal(mine.logged.length, length, "what is not asked is not cut off");
    assert.deepEqual(
      mine.module.problems().map(({ code }) => code),
      ["SC_USER_POLICY_FAILED"],
    );
    mine.folder.deciding('return { state, reason: "mended" };');
    mine.module.forgive();
    await mine.module.whenStarted();
    const { outcome } = mine.begin().decide(inputFor("web", 10));
    assert.equal(outcome.kind === "hold" && outcome.reason.text, "mended");
    assert.deepEqual(mine.module.problems(), []);
  });

  test("rarely is forgiven: what was long ago counts no more", async () => {
    await using mine = await deciding("for (;;);");
    for (let count = 0; count < 8; count += 1) {
      const { outcome } = mine.begin().decide(inputFor(`web-${count}`, count));
      assert.equal(codeOf(outcome), "policy-late");
      await mine.module.whenStarted();
      mine.later += 200_000;
    }
    assert.deepEqual(mine.module.problems(), []);
  });

  test("while it is loaded is given up, and says so", async () => {
    const fixture = new OpenModule((folder) => folder.file("for (;;);"));
    await using mine = fixture;
    assert.equal(codeOf(mine.begin().decide(inputFor("web", 1)).outcome), "policy-starting");
    await mine.module.whenStarted();
    assert.throws(() => mine.begin().decide(inputFor("web", 2)), /not loaded within 5000 ms/);
    assert.match(mine.module.problems()[0]?.text ?? "", /not loaded within/);
  });
});

describe("the time of one batch", () => {
  test("is for all that a module decides about: who comes too late is held, nobody is cut off", async () => {
    await using mine = await deciding(
      'const until = Date.now() + 5; while (Date.now() < until); return { state, reason: "slow" };',
    );
    const runs = Array.from({ length: 24 }, () => mine.begin());
    const codes = runs.map((run, index) => codeOf(run.decide(inputFor(`c-${index}`, 1)).outcome));
    assert.equal(codes[0], "user-policy");
    assert.equal(codes.at(-1), "policy-late");
    assert.deepEqual(
      mine.module.problems().map(({ code }) => code),
      ["SC_USER_POLICY_SLOW"],
    );
    assert.equal(codeOf(mine.begin().decide(inputFor("next", 2)).outcome), "user-policy");
    mine.later += 61_000;
    assert.deepEqual(mine.module.problems(), []);
  });
});

describe("a thread that ends by itself", () => {
  const ends: readonly (readonly [how: string, body: string])[] = [
    ["process.exit", "process.exit(3);"],
    [
      "more memory than it may have",
      "const all = []; for (;;) all.push(new Array(1e6).fill(input));",
    ],
  ];
  for (const [how, body] of ends) {
    test(`with ${how} costs no more than a loop`, async () => {
      await using mine = await deciding(
        `if (input.structure === "web") { ${body} } return { state, reason: "fine" };`,
      );
      assert.equal(codeOf(mine.begin().decide(inputFor("web", 1)).outcome), "policy-late");
      await mine.module.whenStarted();
      assert.equal(codeOf(mine.begin().decide(inputFor("db", 2)).outcome), "user-policy");
    });
  }

  test("after its answer is begun anew", async () => {
    await using mine = await deciding(
      'setTimeout(() => { throw new Error("later"); }, 1); return { state, reason: "fine" };',
    );
    mine.begin().decide(inputFor("web", 1));
    while (mine.logged.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await mine.module.whenStarted();
    assert.equal(codeOf(mine.begin().decide(inputFor("web", 2)).outcome), "user-policy");
    assert.deepEqual(mine.logged, ["a user's policy was cut off"]);
  });
});

describe("a file that cannot be a policy", () => {
  const cases: readonly (readonly [
    title: string,
    write: (folder: ModuleFolder) => string,
    said: RegExp,
  ])[] = [
    ["is absent", ({ path }) => join(path, "absent.ts"), /is not there/],
    ["is a folder", ({ path }) => path, /is no file/],
    ["cannot be parsed", (folder) => folder.file("export const policy = {"), /cannot be loaded/],
    ["exports none", (folder) => folder.file("export const x = 1;"), /it exports no `policy`/],
    ["throws", (folder) => folder.file('throw new Error("no");'), /cannot be loaded: no/],
    [
      "can be changed by others",
      (folder) => {
        const file = folder.deciding("return 1;");
        chmodSync(file, 0o666);
        return file;
      },
      /can be changed by others: .*policy\.ts is writable/,
    ],
    [
      "lies in a folder that others can change",
      (folder) => {
        const file = folder.deciding("return 1;");
        chmodSync(folder.path, 0o777);
        return file;
      },
      /can be changed by others: \/tmp\/sc-policy-/,
    ],
    [
      "lies below node_modules",
      (folder) => {
        mkdirSync(join(folder.path, "node_modules"));
        return folder.file("export const policy = 1;", "node_modules/policy.ts");
      },
      /below node_modules/,
    ],
  ];
  for (const [title, write, said] of cases) {
    test(`because it ${title} is told with why, and decides nothing`, async () => {
      await using mine = await opened(write);
      assert.match(mine.module.problems()[0]?.text ?? "", said);
      assert.throws(() => mine.begin().decide(inputFor("web", 1)), said);
    });
  }
});
