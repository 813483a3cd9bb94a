import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  defaultRules,
  type HostObservation,
  type ResourceSettings,
  type RuleDocument,
  type ServiceSettings,
  type StructureName,
} from "@sc/domain";
import { nameFor, presetServiceSettings, resourcesFor, settingsFor } from "@sc/domain/testing";
import type { AgentContainerView, AuditFinding } from "@sc/ports";
import { InMemoryHistoryStore } from "@sc/ports/testing";
import { presetDocuments } from "../live-documents/rule-presets.ts";
import { calm, containerCalled } from "../orchestrator/orchestrator-fixture.ts";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { SanityChecker } from "./sanity-checker.ts";

interface World {
  running: readonly AgentContainerView[];
  stored: readonly StructureName[];
  audit: readonly AuditFinding[];
  settings: ServiceSettings;
  observation: HostObservation;
}

function checkerOf(
  options: {
    cpu?: Partial<ResourceSettings>;
    settings?: Partial<ServiceSettings>;
    rules?: (rule: RuleDocument) => RuleDocument;
  } = {},
) {
  const clock = new TickingClock();
  const log = new KeptLog();
  const history = new InMemoryHistoryStore();
  const world: World = {
    running: [containerCalled("web")],
    stored: [nameFor("web")],
    audit: [],
    settings: { ...presetServiceSettings, ...options.settings },
    observation: calm,
  };
  const documents = [...presetDocuments(defaultRules).values()];
  const rules = documents.map(options.rules ?? ((rule) => rule));
  const checks: (readonly string[])[] = [];
  const checker = new SanityChecker({
    clock,
    log,
    timers: clock,
    agent: {
      containers: () => world.running,
      hostObservation: () => world.observation,
      audit: () => world.audit,
    },
    registry: {
      isKnown: true,
      storedNames: () => world.stored,
      settingsOf: () => ({
        isPaused: false,
        resources: resourcesFor({
          cpu: settingsFor({ min: 50, max: 300, ...options.cpu }),
          mem: settingsFor({ mode: "observe", min: 900, max: 900 }),
        }),
      }),
    },
    desk: {
      inForce: (name) => world.settings[name],
      rules: () =>
        rules.map((rule) => ({ name: rule.name, revision: 0, origin: "preset" as const, rule })),
    },
    history,
    onChecked: (findings) => checks.push(findings.map(({ code }) => code)),
  });
  checker.start();
  const codes = () => checker.problems().map(({ code }) => code);
  return { checker, checks, clock, codes, history, log, world };
}

const difference: AuditFinding = {
  structure: nameFor("web"),
  resource: "cpu",
  text: "granted 5, applied 6",
};

test("finds nothing where everything fits, and looks every 30 s", () => {
  const { clock, codes, world } = checkerOf();
  clock.tick();
  assert.deepEqual(codes(), []);
  world.settings = {
    ...world.settings,
    "node-agent": { ...world.settings["node-agent"], autoSeconds: 60 },
  };
  clock.tick(29);
  assert.deepEqual(codes(), []);
  clock.tick();
  assert.deepEqual(codes(), ["SC_SANITY_TIMES_DO_NOT_FIT"]);
});

test("tells of accounts that differ when they still do at the next look: owners change limits too", () => {
  const { clock, codes, world } = checkerOf();
  world.audit = [difference];
  clock.tick(1);
  assert.deepEqual(codes(), []);
  clock.tick(30);
  assert.deepEqual(codes(), ["SC_SANITY_ACCOUNTS_DIFFER"]);
  world.audit = [];
  clock.tick(30);
  assert.deepEqual(codes(), []);
});

test("tells of a finding once, and no more of it when it is gone", () => {
  const { clock, codes, log, world } = checkerOf();
  world.audit = [difference];
  clock.tick(100);
  assert.equal(log.lines.length, 1);
  world.audit = [];
  clock.tick(30);
  assert.deepEqual(codes(), []);
});

test("a limit that cannot be read is told where it is to be scaled", () => {
  const unread = { limits: { cpu: undefined, memMib: undefined } };
  for (const [mode, codes] of [
    ["auto", ["SC_SANITY_LIMIT_UNREADABLE"]],
    ["recommend", ["SC_SANITY_LIMIT_UNREADABLE"]],
    ["observe", []],
  ] as const) {
    const checked = checkerOf({ cpu: { mode } });
    checked.world.running = [containerCalled("web", unread)];
    checked.clock.tick();
    assert.deepEqual(checked.codes(), codes);
    if (mode === "auto") assert.match(checked.checker.problems()[0]?.text ?? "", /its cpu limit/);
  }
});

describe("a band that is too narrow to ever shrink", () => {
  const cases: readonly (readonly [cpu: Partial<ResourceSettings>, isNarrow: boolean])[] = [
    [{ min: 50, max: 300 }, false],
    [{ min: 239, max: 300 }, false],
    [{ min: 240, max: 300 }, true],
    [{ min: 300, max: 300 }, true],
    [{ min: 50, max: 300, boundary: { percent: 50, of: "current" } }, true],
    [{ min: 300, max: 300, mode: "observe" }, false],
    [{ min: 300, max: 300, mode: "recommend" }, true],
  ];
  for (const [cpu, isNarrow] of cases) {
    test(`${JSON.stringify(cpu)} is ${isNarrow ? "told" : "fine"}`, () => {
      const { checker, clock } = checkerOf({ cpu });
      clock.tick();
      const [problem] = checker.problems();
      assert.equal(problem?.code, isNarrow ? "SC_SANITY_BAND_TOO_NARROW" : undefined);
      assert.equal(problem?.structure, isNarrow ? "web" : undefined);
    });
  }
});

test("least limits that add up to more than the host can grant are told", () => {
  const { clock, codes, world } = checkerOf({ cpu: { min: 190, max: 400 } });
  world.running = [containerCalled("web"), containerCalled("db")];
  clock.tick();
  assert.deepEqual(codes(), ["SC_SANITY_MINS_EXCEED_HOST"]);
});

for (const [total, said] of [
  [400, /and 360 can be granted of the host's 400$/],
  [40, /and 360 can be granted by host\.overcommit, where the host has 40$/],
] as const) {
  test(`what can be granted is told beside what a host of ${total} has`, () => {
    const { checker, clock, world } = checkerOf({ cpu: { min: 190, max: 400 } });
    world.running = [containerCalled("web"), containerCalled("db")];
    world.observation = { ...calm, cpu: { ...calm.cpu, total } };
    clock.tick();
    assert.match(checker.problems()[0]?.text ?? "", said);
  });
}

test("a rule that waits for events nobody makes is told", () => {
  const { checker, clock } = checkerOf({
    rules: (rule) => (rule.name === "cpu_dropped_lower" ? { ...rule, isActive: false } : rule),
  });
  clock.tick();
  const [problem, ...more] = checker.problems();
  assert.deepEqual([problem?.code, more.length], ["SC_SANITY_RULE_NEVER_FIRES", 0]);
  assert.match(problem?.text ?? "", /cpu_rescale_down/);
});

describe("times that do not fit are told", () => {
  const { guardian, "node-agent": agent } = presetServiceSettings;
  const cases: readonly (readonly [string, Partial<ServiceSettings>])[] = [
    ["a window shorter than a sample", { guardian: { ...guardian, windowSeconds: 0.05 } }],
    ["a window longer than data may be missing", { guardian: { ...guardian, windowSeconds: 60 } }],
    [
      "samples rarer than data may be missing",
      {
        guardian: { ...guardian, noDataSeconds: 1 },
        "node-agent": { ...agent, autoSeconds: 2 },
      },
    ],
  ];
  for (const [why, settings] of cases) {
    test(why, () => {
      const { clock, codes } = checkerOf({ settings });
      clock.tick();
      assert.deepEqual(codes(), ["SC_SANITY_TIMES_DO_NOT_FIT"]);
    });
  }
});

test("history that is being lost is told as long as more is lost", () => {
  const { clock, codes, history } = checkerOf();
  history.fail({ code: "SC_HISTORY_FULL", text: "no space left" });
  history.appendReading({
    stamp: clock.wall(),
    structures: [nameFor("web")],
    values: new Float64Array(10),
  });
  clock.tick();
  assert.deepEqual(codes(), ["SC_SANITY_HISTORY_LOSING"]);
  clock.tick(30);
  assert.deepEqual(codes(), []);
});

test("settings of a container that was not seen for a day are told, until it runs again", () => {
  const { clock, codes, world } = checkerOf();
  world.stored = [nameFor("web"), nameFor("gone")];
  clock.tick(24 * 3600);
  assert.deepEqual(codes(), []);
  clock.tick(60);
  assert.deepEqual(codes(), ["SC_SANITY_SETTINGS_UNUSED"]);
  world.running = [containerCalled("web"), containerCalled("gone")];
  clock.tick(30);
  assert.deepEqual(codes(), []);
});

test("findings are gone while it is not active, and when it was stopped", async () => {
  const { checker, clock, codes, world } = checkerOf({ cpu: { min: 300, max: 300 } });
  clock.tick();
  assert.equal(codes().length, 1);
  const active = world.settings;
  world.settings = { ...active, "sanity-checker": { isActive: false, everySeconds: 30 } };
  clock.tick();
  assert.deepEqual(codes(), []);
  assert.equal(checker.health().status, "running");
  world.settings = active;
  clock.tick(30);
  assert.equal(codes().length, 1);
  await checker.stop();
  assert.deepEqual(codes(), []);
  assert.equal(checker.health().status, "stopped");
});

test("what is in auto and not guarded is told, and who follows the checks is told of each", () => {
  const { checks, clock, codes, world } = checkerOf();
  clock.tick();
  const { guardian } = presetServiceSettings;
  world.settings = { ...world.settings, guardian: { ...guardian, guardedResources: ["mem"] } };
  clock.tick(30);
  assert.deepEqual(codes(), ["SC_SANITY_NOT_GUARDED"]);
  world.settings = {
    ...world.settings,
    guardian: { ...guardian, isActive: false, guardedResources: [] },
  };
  clock.tick(30);
  assert.deepEqual(checks, [[], ["SC_SANITY_NOT_GUARDED"], []]);
});
