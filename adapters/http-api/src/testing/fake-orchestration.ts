import { err, ok, parseStructureName, reason } from "@sc/domain";
import type {
  ApiProblem,
  ChangeView,
  ContainerView,
  HistoryQuery,
  LimitsUpdate,
  ModeUpdate,
  Orchestration,
  ResourceView,
} from "@sc/ports";

const resource: ResourceView = {
  mode: "observe",
  min: 10,
  max: 100,
  maxFrom: "first-limit",
  boundaryPercent: 10,
  boundaryOf: "max",
  priority: 0,
  policy: "serverless-rules",
  current: 100,
  first: null,
  used: undefined,
  recommended: undefined,
  upper: 90,
  lower: 80,
};

export const web: ContainerView = {
  name: "web",
  id: "4711",
  host: "host1",
  engine: "lxc",
  isPaused: false,
  isFrozen: false,
  isLearning: true,
  watchedSeconds: 12.5,
  resources: { cpu: resource, mem: { ...resource, current: undefined } },
  throttledRatio: undefined,
  accounting: {
    watchedSeconds: 12.5,
    usedCoreSeconds: 1,
    allocatedCoreSeconds: 2,
    reservedCoreSeconds: 3,
    usedMibSeconds: 1000,
    allocatedMibSeconds: 2000,
    reservedMibSeconds: 4000,
    throttledSeconds: 0,
    changes: 0,
  },
  lastChange: undefined,
  held: undefined,
};

export const change: ChangeView = {
  structure: "web",
  resource: "cpu",
  outcome: "applied",
  old: null,
  new: 70,
  author: "policy serverless-rules",
  reason: reason("usage-below-lower", "it uses 12 of 100"),
  detail: undefined,
  stamp: 1_700_000_000,
};

/** One container called `web`, and a record of what was asked. */
export class FakeOrchestration implements Orchestration {
  readonly asked: unknown[] = [];
  /** What the next change is refused with. */
  refusal: ApiProblem | undefined;
  /** Makes every question fail as a bug would. */
  isBroken = false;
  /** How long each list keeps the loop busy, ms. */
  busyMs = 0;
  /** Whether the guardian runs. */
  isReady = true;

  listStructures() {
    if (this.isBroken) throw new Error("a bug");
    const until = performance.now() + this.busyMs;
    while (performance.now() < until);
    return [web];
  }

  structure(name: string) {
    const problem = this.#problemWith(name);
    return problem === undefined ? ok(web) : err(problem);
  }

  previewMode(name: string, update: ModeUpdate) {
    this.asked.push({ previewMode: name, update });
    const problem = this.#problemWith(name);
    if (problem !== undefined) return err(problem);
    return ok({
      structure: "web",
      resource: "cpu" as const,
      mode: update.mode,
      current: 100,
      firstLimit: 70,
      firstShrinkInSeconds: 0,
      min: 10,
      max: 100,
      lower: 80,
      upper: 90,
      reason: reason("usage-below-lower", "it uses 12 of 100"),
    });
  }

  async setMode(name: string, update: ModeUpdate) {
    this.asked.push({ setMode: name, update });
    const problem = this.refusal ?? this.#problemWith(name);
    return problem === undefined ? ok({ structure: web, warnings: [] }) : err(problem);
  }

  async setLimits(name: string, update: LimitsUpdate) {
    this.asked.push({ setLimits: name, update });
    const problem = this.refusal ?? this.#problemWith(name);
    return problem === undefined ? ok({ structure: web, warnings: ["a warning"] }) : err(problem);
  }

  async setPaused(name: string | undefined, isPaused: boolean) {
    this.asked.push({ setPaused: name, isPaused });
    const problem = name === undefined ? undefined : this.#problemWith(name);
    return problem === undefined
      ? ok({ isPaused, structures: ["web"], warnings: [] })
      : err(problem);
  }

  async release(name: string | undefined) {
    this.asked.push({ release: name });
    const problem = name === undefined ? undefined : this.#problemWith(name);
    return problem === undefined
      ? ok({ released: ["web"], unchanged: [], failed: [] })
      : err(problem);
  }

  async events(query: HistoryQuery) {
    this.asked.push({ events: query });
    return [];
  }

  async requests(query: HistoryQuery) {
    this.asked.push({ requests: query });
    return [];
  }

  async changes(query: HistoryQuery) {
    this.asked.push({ changes: query });
    return [change];
  }

  explain(name: string) {
    const problem = this.#problemWith(name);
    return problem === undefined
      ? ok({ structure: "web", summary: "web is only watched.", resources: [] })
      : err(problem);
  }

  policies() {
    return [{ name: "serverless-rules", resource: "cpu" as const, isDefault: true }];
  }

  hostHealth() {
    return {
      status: "ok" as const,
      isReady: this.isReady,
      host: "host1",
      isPaused: false,
      uptimeSeconds: 5,
      containers: 1,
      inAuto: 0,
      services: [
        {
          name: "guardian",
          status: this.isReady ? ("running" as const) : ("stopped" as const),
          lastError: undefined,
        },
      ],
      history: undefined,
      problems: [],
    };
  }

  #problemWith(text: string): ApiProblem | undefined {
    const name = parseStructureName(text);
    if (!name.ok) return { code: name.error.code, detail: name.error.message };
    return text === "web"
      ? undefined
      : { code: "SC_STRUCTURE_UNKNOWN", detail: `no container called ${text}` };
  }
}
