import {
  amountOf,
  type BrakeSettings,
  byResource,
  type ComputeResource,
  type ContainerId,
  compileRules,
  computeResources,
  cpuLimitOfShares,
  defaultBrakeSettings,
  defaultCpuRules,
  defaultMemRules,
  type HostBook,
  invariant,
  isRateResource,
  monotonicSeconds,
  type Order,
  parseStructureName,
  policyBook,
  type Resource,
  type ResourceSettings,
  rulePaths,
  runnable,
  type ServerlessRules,
  type StructureName,
  serverlessRules,
  thresholds,
  type UsageBatch,
  type UsageSample,
  wallSeconds,
} from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import { Guardian, Scaler } from "@sc/services";
import type { Benchmark } from "./benchmark.ts";
import { percentile } from "./percentile.ts";

const hosts = 100;
const containersPerHost = 100;
const earlierPasses = 20;
const periodSeconds = 1;
const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * One pass: a sample of each container goes through guardian and scaler, over the real bus and by the real
 * rule engine, to the orders and their answers. Which containers are above, below and inside moves from
 * pass to pass, as their limits do.
 */
export const benchmark: Benchmark = {
  name: "decide",
  about:
    "Milliseconds for 100 hosts x 100 containers, cpu and mem, default rules and brakes: 10 % above upper, " +
    "10 % below lower, the rest inside; 20 passes before, answers to the orders included; median and worst of 20.",
  bounds: { passMs: 50 },
  async run({ isQuick }) {
    const fleet = new Fleet();
    for (let pass = 0; pass < earlierPasses; pass += 1) fleet.pass(pass);
    const timed = isQuick ? 3 : 20;
    const durations = Array.from({ length: timed }, (_, index) =>
      fleet.pass(earlierPasses + index),
    );
    return {
      figures: {
        passMs: percentile(durations, 50),
        passMsMax: Math.max(...durations),
        decisions: hosts * containersPerHost * computeResources.length,
        requests: fleet.counts.requests / fleet.counts.passes,
        orders: fleet.counts.orders / fleet.counts.passes,
      },
    };
  },
};

interface Container {
  readonly name: StructureName;
  readonly id: ContainerId;
  readonly limits: { cpu: number; mem: number };
}

class Fleet {
  readonly counts = { passes: 0, requests: 0, orders: 0 };
  readonly #bus = new InProcessBus({ log: silentLog });
  readonly #containers: readonly (readonly Container[])[];
  #orders: Order[] = [];
  #now = 1000;

  constructor() {
    const settings = { isPaused: false, resources: byResource(settingsOf) };
    const policies = policyBook([policyOf(defaultCpuRules), policyOf(defaultMemRules)]);
    const common = {
      bus: this.#bus,
      clock: { monotonic: () => monotonicSeconds(this.#now), wall: () => wallSeconds(this.#now) },
      log: silentLog,
      registry: { settingsOf: () => settings, isPaused: () => false },
    };
    const brakes: BrakeSettings = defaultBrakeSettings;
    new Guardian({ ...common, policies: () => policies }).start();
    new Scaler({ ...common, brakes: () => brakes, policies: () => policies }).start();
    this.#bus.subscribe("orders", (orders) => this.#orders.push(...orders));
    this.#bus.subscribe("requests", (requests) => {
      this.counts.requests += requests.length;
    });
    this.#containers = Array.from({ length: hosts }, (_, host) => containersOf(host));
    for (const container of this.#containers.flat()) this.#appear(container);
  }

  #appear({ name, id }: Container): void {
    const first = { cpu: cpuLimitOfShares(400, 100), memMib: 4096 };
    const facts = { name, id, engine: "lxc", first } as const;
    const notice = { kind: "appeared", facts, isRestart: false, at: monotonicSeconds(0) } as const;
    this.#bus.publish("containers", [notice]);
  }

  /** Milliseconds; what is sampled is made before. */
  pass(number: number): number {
    this.#now += periodSeconds;
    const batches = this.#containers.map((containers, host) =>
      this.#batch(host, containers, number),
    );
    const began = performance.now();
    for (const batch of batches) this.#bus.publish("usage", batch);
    this.#answer();
    const tookMs = performance.now() - began;
    this.counts.passes += 1;
    return tookMs;
  }

  #answer(): void {
    const orders = this.#orders;
    this.#orders = [];
    this.counts.orders += orders.length;
    for (const { host, structure, id, target, author, reason, sequence } of orders) {
      const { resource } = target;
      invariant(!isRateResource(resource), "the benchmark has neither disk nor network");
      const limit = amountOf(target);
      const container = this.#containers[Number(host)]?.find(({ name }) => name === structure);
      invariant(container !== undefined && limit !== null, "orders are for what was sampled");
      const about = { host, structure, id, author, reason, sequence, resource };
      const when = { at: monotonicSeconds(this.#now), stamp: wallSeconds(this.#now) };
      const old = container.limits[resource];
      container.limits[resource] = limit;
      this.#bus.publish("changes", [{ ...about, ...when, outcome: "applied", old, new: limit }]);
    }
  }

  #batch(host: number, containers: readonly Container[], pass: number): UsageBatch {
    const granted = { cpu: 0, mem: 0 };
    const samples = containers.map((container, index): UsageSample => {
      for (const resource of computeResources) granted[resource] += container.limits[resource];
      return sampleOf(container, { at: this.#now, state: stateOf(index, pass) });
    });
    const hostObservation = {
      cpu: bookOf(50_000, granted.cpu),
      mem: bookOf(500_000, granted.mem),
      isPressed: false,
    };
    return { host: String(host), at: monotonicSeconds(this.#now), samples, hostObservation };
  }
}

type State = "above" | "below" | "inside";

/**
 * One in ten above upper, another with each pass, as one that stays there is soon at its max; and one in ten
 * below lower, the same for ten passes, as it takes six to ask for less.
 */
function stateOf(index: number, pass: number): State {
  const below = Math.floor(pass / 10) % 10;
  if (index % 10 === below) return "below";
  return index % 10 === (below + 1 + (pass % 9)) % 10 ? "above" : "inside";
}

function sampleOf(
  { name, id, limits }: Container,
  { at, state }: { readonly at: number; readonly state: State },
): UsageSample {
  const used = (limit: number, resource: ComputeResource): number => {
    const { upper, lower } = thresholds(settingsOf(resource), limit);
    if (state === "above") return (upper + limit) / 2;
    return state === "below" ? Math.max(lower / 2, 0) : (upper + lower) / 2;
  };
  const memMibUsed = used(limits.mem, "mem");
  return {
    name,
    id,
    at: monotonicSeconds(at),
    windowSeconds: periodSeconds,
    cpuSharesUsed: used(limits.cpu, "cpu"),
    cpuLimit: cpuLimitOfShares(limits.cpu, 100),
    isFrozen: false,
    memMibUsed,
    memMibFloor: memMibUsed + 16,
    memMibLimit: limits.mem,
  };
}

function containersOf(host: number): readonly Container[] {
  return Array.from({ length: containersPerHost }, (_, index) => {
    const name = parseStructureName(`host${host}-container${index}`);
    invariant(name.ok, "the benchmark's names are names");
    const id = `${host}.${index}` as ContainerId;
    return { name: name.value, id, limits: { cpu: 200 + index, mem: 2000 + index * 10 } };
  });
}

const bookOf = (total: number, granted: number): HostBook => ({
  total,
  grantable: total,
  granted,
  isOvercommitted: false,
});

const settingsOf = (resource: Resource): ResourceSettings => ({
  mode: isRateResource(resource) ? "observe" : "auto",
  min: resource === "cpu" ? 10 : 64,
  max: resource === "cpu" ? 400 : 4096,
  maxFrom: "owner",
  boundary: { percent: 10, of: "max" },
  priority: 0,
  policy: "serverless-rules",
});

function policyOf(rules: ServerlessRules) {
  const compiler = new JsonLogicRuleCompiler({ paths: rulePaths(rules.resource) });
  const compiled = compileRules(rules, (document) => compiler.compile(document));
  invariant(compiled.ok, "the default rules compile");
  return runnable(serverlessRules(compiled.value));
}
