import { type Api, ApiError, type Collection, type Declared } from "@sc/api-client";
import type {
  ResourceState,
  Rule,
  Settings,
  StreamMessage,
  Structure,
  UsageHistory,
} from "@sc/contracts";
import type { OutputFormat } from "../output/output-format.ts";
import type { Session, Terminal } from "../session.ts";
import { replayed, reportFor } from "./answers-fixture.ts";

export const resource: ResourceState = {
  mode: "observe",
  min: 10,
  max: 200,
  maxFrom: "first-limit",
  boundaryPercent: 10,
  boundaryOf: "max",
  priority: 0,
  policy: "serverless-rules",
  current: 200,
  first: 200,
  used: 41.26,
  upper: 180,
  lower: 160,
};

export const structureCalled = (name: string, changed: Partial<Structure> = {}): Structure => ({
  name,
  id: "4711",
  host: "host1",
  engine: "lxc",
  isPaused: false,
  isFrozen: false,
  isLearning: false,
  watchedSeconds: 60,
  resources: { cpu: resource, mem: { ...resource, current: null, used: undefined } },
  throttledRatio: 0.125,
  accounting: {
    watchedSeconds: 60,
    usedCoreSeconds: 30,
    allocatedCoreSeconds: 60,
    reservedCoreSeconds: 120,
    usedMibSeconds: 30_000,
    allocatedMibSeconds: 60_000,
    reservedMibSeconds: 120_000,
    throttledSeconds: 0,
    changes: 1,
  },
  ...changed,
});

export const withCpu = (changed: Partial<ResourceState>): Partial<Structure> => ({
  resources: { cpu: { ...resource, ...changed }, mem: resource },
});

export const squeeze = {
  structure: "web",
  resource: "cpu",
  outcome: "applied",
  old: 200,
  new: 140,
  author: "policy serverless-rules",
  reason: { code: "usage-below-lower", text: "it uses 41 of 200" },
  stamp: 988,
} as const;

export const raise: Rule = {
  name: "cpu_rescale_up",
  revision: 0,
  origin: "preset",
  rule: {
    kind: "request",
    resource: "cpu",
    isActive: true,
    direction: "up",
    condition: { ">=": [{ var: "events.scale.up" }, 1] },
    rescale: { kind: "amount", amount: 75 },
    eventsToRemove: 1,
  },
};

export const cpuPolicy = { name: "serverless-rules", resource: "cpu", isDefault: true } as const;

const guardianPresets = {
  isActive: true,
  windowSeconds: null,
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  guardedResources: ["cpu", "mem", "disk_read", "disk_write", "net"],
} as const;
export const guardianSettings: Settings = {
  service: "guardian",
  revision: 2,
  values: { ...guardianPresets, noDataSeconds: 60 },
  presets: guardianPresets,
};

/** Two steps of a minute; of the second the memory is not known. */
export const twoMinutes: UsageHistory = {
  structure: "web",
  stepSeconds: 60,
  stamps: [880, 940],
  cpu: {
    used: [40, 60],
    usedMax: [80, 90],
    limit: [200, null],
    allocated: [200, 200],
    reserved: [200, 200],
  },
  mem: {
    used: [100, null],
    usedMax: [110, null],
    limit: [512, null],
    allocated: [512, null],
    reserved: [512, null],
  },
  throttledRatio: [0, 0.25],
  sums: {
    seconds: 120,
    cpu: { used: 60, allocated: 240, reserved: 240 },
    mem: { used: 6000, allocated: 30_720, reserved: 30_720 },
    throttledSeconds: 15,
  },
};

const figures = { min: 50, max: 300, isGuarded: true, current: 120.04, weight: 1.5 };
const boundary = { percent: 10, of: "max" } as const;
const agent = { address: "10.0.0.7", port: 8000 };

/** One of each kind that clients declare. */
export const declaredOnes = {
  hosts: {
    kind: "host",
    name: "host1",
    revision: 1,
    agent,
    placement: "pinned",
    resources: { cpu: { max: 400, free: 280 }, energy: { max: 90, free: 90 } },
    disks: [],
    cores: [],
    containers: ["web"],
  },
  subscriptions: {
    kind: "container",
    name: "web",
    revision: 2,
    host: "host1",
    agent,
    isGuarded: true,
    application: "shop",
    isRunning: true,
    resources: { cpu: { ...figures, boundary, upper: 270 } },
  },
  applications: {
    kind: "application",
    name: "shop",
    revision: 3,
    isGuarded: false,
    state: "stopped",
    user: "ann",
    containers: ["web"],
    programs: {
      installScript: "",
      installFiles: "",
      runtimeFiles: "",
      outputDir: "",
      startScript: "",
      stopScript: "",
    },
    resources: { cpu: figures },
  },
  users: {
    kind: "user",
    name: "ann",
    revision: 4,
    applications: ["shop"],
    resources: { cpu: { min: 0, max: 400, current: 120 } },
  },
} as const satisfies Readonly<Record<Collection, Declared>>;

/** An API that answers for one container called `web` and notes what it was asked to change. */
class FakeApi implements Api {
  readonly asked: unknown[] = [];
  list: readonly Structure[] = [structureCalled("web")];
  failed: readonly { structure: string; reason: { code: string; text: string } }[] = [];
  warnings: readonly string[] = [];

  structures = async () => this.list;
  structure = async (name: string) => structureCalled(name);
  import: Api["import"] = async (question) => {
    this.asked.push({ import: question });
    const notes = question.files.map(({ name: file, text }) => ({ file, field: "rule R", text }));
    if (!question.files.some(({ name }) => name === "bad.json")) {
      return { changes: notes, leftOut: [], configuration: [] };
    }
    throw new ApiError({
      code: "SC_IMPORT_REFUSED",
      status: 400,
      detail: "nothing was changed: one fault",
      errors: [{ field: "bad.json: rule R", detail: "is no rule" }],
    });
  };
  explain = async (name: string) => ({
    structure: name,
    summary: `${name} is scaled.`,
    resources: [
      {
        resource: "cpu" as const,
        policy: "serverless-rules",
        decision: { code: "inside-band", text: "the use is inside the band" },
        brakes: [{ code: "learning", text: "watched for 10 s of 300" }],
        lastChange: squeeze,
      },
    ],
  });
  previewMode: Api["previewMode"] = async (name, update) => ({
    structure: name,
    resource: update.resources?.[0] ?? "cpu",
    mode: update.mode,
    current: 200,
    firstLimit: 140,
    firstShrinkInSeconds: 240,
    min: 10,
    max: 200,
    lower: 160,
    upper: 180,
    reason: { code: "usage-below-lower", text: "it uses 41 of 200" },
  });
  setMode: Api["setMode"] = async (name, update) => {
    this.asked.push({ setMode: name, update });
    return {
      structure: structureCalled(name, withCpu({ mode: update.mode })),
      warnings: this.warnings,
    };
  };
  setLimits: Api["setLimits"] = async (name, update) => {
    this.asked.push({ setLimits: name, update });
    return { structure: structureCalled(name), warnings: [] };
  };
  policies: Api["policies"] = async () => [cpuPolicy];
  pause: Api["pause"] = async (name) => {
    this.asked.push({ pause: name });
    return { isPaused: true, structures: ["web"], warnings: this.warnings };
  };
  resume: Api["resume"] = async (name) => {
    this.asked.push({ resume: name });
    return { isPaused: false, structures: ["web"], warnings: [] };
  };
  release: Api["release"] = async (name) => {
    this.asked.push({ release: name });
    return { released: ["web"], unchanged: ["db"], failed: this.failed };
  };
  events: Api["events"] = async (question) => {
    this.asked.push({ events: question });
    return [];
  };
  requests: Api["requests"] = async () => [
    {
      structure: "web",
      resource: "cpu",
      amount: -60,
      from: 200,
      policy: "serverless-rules",
      isRecommendation: false,
      reason: squeeze.reason,
      held: { code: "learning", text: "watched for 10 s of 300" },
      stamp: 990,
    },
  ];
  changes: Api["changes"] = async () => [squeeze];
  usageHistory: Api["usageHistory"] = async (name, question) => {
    this.asked.push({ usageHistory: name, question });
    return { ...twoMinutes, structure: name };
  };
  replay: Api["replay"] = async (name, question) => {
    this.asked.push({ replay: name, question });
    return { ...replayed, structure: name };
  };
  experimentReport: Api["experimentReport"] = async (question) => {
    this.asked.push({ experimentReport: question });
    return reportFor(question);
  };
  rules: Api["rules"] = async () => [raise];
  rule: Api["rule"] = async (name) => ({ ...raise, name });
  putRule: Api["putRule"] = async (name, rule, revision) => {
    this.asked.push({ putRule: name, rule, revision });
    return { name, revision: 1, origin: "changed", rule };
  };
  removeRule: Api["removeRule"] = async (name, revision) => {
    this.asked.push({ removeRule: name, revision });
    return raise;
  };
  settings: Api["settings"] = async () => [guardianSettings];
  settingsOf: Api["settingsOf"] = async () => guardianSettings;
  updateSettings: Api["updateSettings"] = async (service, update, revision) => {
    this.asked.push({ updateSettings: service, update, revision });
    return guardianSettings;
  };
  declared: Api["declared"] = async (collection) => [declaredOnes[collection]];
  declaredOne: Api["declaredOne"] = async (collection) => declaredOnes[collection];
  declare: Api["declare"] = async (collection, name, body) => {
    this.asked.push({ declare: collection, name, body });
    return declaredOnes[collection];
  };
  changeDeclared: Api["changeDeclared"] = async (change) => {
    this.asked.push({ changeDeclared: change });
    return declaredOnes[change.collection];
  };
  removeDeclared: Api["removeDeclared"] = async (collection, name) => {
    this.asked.push({ removeDeclared: collection, name });
  };
  attach: Api["attach"] = async (membership) => {
    this.asked.push({ attach: membership });
    return declaredOnes[membership.collection];
  };
  detach: Api["detach"] = async (membership) => {
    this.asked.push({ detach: membership });
    return declaredOnes[membership.collection];
  };
  ready: Api["ready"] = async () => ({ isReady: true, detail: "every service runs" });
  messages: readonly StreamMessage[] = [];
  stream: Api["stream"] = (question) => {
    this.asked.push({ stream: question });
    return itemsOf(this.messages);
  };
  health: Api["health"] = async () => ({
    isReady: true,
    status: "degraded",
    host: "host1",
    isPaused: true,
    uptimeSeconds: 5000,
    containers: 1,
    inAuto: 1,
    services: [{ name: "guardian", status: "failing", lastError: "a bug" }],
    problems: [{ code: "SC_HOST_PRESSED", text: "the host is short of memory" }],
  });
}

async function* itemsOf<Item>(items: readonly Item[]): AsyncGenerator<Item, void> {
  yield* items;
}

/** A session at second 1000 whose terminal remembers what was written. */
export function sessionFor(
  options: { readonly format?: OutputFormat; readonly answer?: boolean } = {},
) {
  const api = new FakeApi();
  const written: string[] = [];
  const notes: string[] = [];
  const questions: string[] = [];
  const terminal: Terminal = {
    isInteractive: options.answer !== undefined,
    rows: 24,
    columns: 80,
    now: () => 1000,
    utcOffsetSeconds: () => 0,
    write: (text) => written.push(text),
    note: (text) => notes.push(text),
    confirm: async (question) => {
      questions.push(question);
      return options.answer === true;
    },
  };
  const session: Session = { api, terminal, format: options.format ?? "table" };
  return { api, notes, questions, session, output: () => written.join("") };
}
