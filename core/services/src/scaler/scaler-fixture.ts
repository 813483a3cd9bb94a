import {
  type BrakeSettings,
  type Change,
  type ContainerNotice,
  cpuLimitOfShares,
  defaultBrakeSettings,
  type HostObservation,
  invariant,
  monotonicSeconds,
  type Order,
  type ResourceSettings,
  reason,
  type StructureName,
  type StructureSettings,
  type UsageSample,
  wallSeconds,
} from "@sc/domain";
import { idFor, nameFor, resourcesFor, settingsFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { Scaler } from "./scaler.ts";

export const roomy: HostObservation = {
  cpu: { total: 1000, grantable: 900, granted: 400, isOvercommitted: false },
  mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
  isPressed: false,
};

/** A scaler on a clock the test moves; containers were watched since second 0. */
export function scale(brakes: Partial<BrakeSettings> = {}) {
  const bus = new FakeBus();
  const settings = new Map<StructureName, StructureSettings>();
  const paused = new Set<string>();
  const warnings: string[] = [];
  let now = 1000;
  const scaler = new Scaler({
    bus,
    brakes: () => ({ ...defaultBrakeSettings, ...brakes }),
    clock: { monotonic: () => monotonicSeconds(now), wall: () => wallSeconds(5000 + now) },
    log: { info: () => {}, error: () => {}, warn: (message) => warnings.push(message) },
    registry: {
      settingsOf: (name) => settings.get(name),
      isPaused: (name) => paused.has(name),
    },
  });
  scaler.start();
  const set = (name: string, changed: Partial<ResourceSettings> = {}): void => {
    const one = settingsFor({ min: 10, ...changed });
    settings.set(nameFor(name), {
      isPaused: false,
      resources: resourcesFor({ cpu: one, mem: settingsFor({ mode: "observe" }) }),
    });
  };
  const notice = (one: ContainerNotice): void => bus.publish("containers", [one]);
  const appear = (name: string, changed: { id?: string; at?: number; isRestart?: boolean } = {}) =>
    notice({
      kind: "appeared",
      facts: {
        name: nameFor(name),
        id: idFor(changed.id ?? name),
        engine: "lxc",
        first: { cpu: cpuLimitOfShares(300, 100), memMib: null },
      },
      isRestart: changed.isRestart ?? false,
      at: monotonicSeconds(changed.at ?? 0),
    });
  const usage = (
    limits: Readonly<Record<string, number>>,
    observation: HostObservation = roomy,
    id?: string,
    more: Partial<UsageSample> = {},
  ): void => {
    const samples = Object.entries(limits).map(([name, shares]) => ({
      name: nameFor(name),
      id: idFor(id ?? name),
      at: monotonicSeconds(now),
      windowSeconds: 0.1,
      cpuSharesUsed: 50,
      cpuLimit: cpuLimitOfShares(shares, 100),
      isFrozen: false,
      memMibUsed: undefined,
      memMibFloor: undefined,
      memMibLimit: undefined,
      ...more,
    }));
    bus.publish("usage", {
      host: "host-1",
      at: monotonicSeconds(now),
      samples,
      hostObservation: observation,
    });
    invariant(bus.errors.length === 0, "no subscriber throws");
  };
  const answer = (order: Order | undefined, outcome: Partial<Change> = {}): void => {
    invariant(order?.target.resource === "cpu", "there is an order for cpu to answer");
    const { host, structure, id, author, sequence, target } = order;
    bus.publish("changes", [
      {
        host,
        structure,
        id,
        author,
        sequence,
        resource: "cpu",
        outcome: "applied",
        old: undefined,
        new: target.limit.quotaShares,
        reason: order.reason,
        at: monotonicSeconds(now),
        stamp: wallSeconds(5000 + now),
        ...outcome,
      },
    ]);
  };
  const orders = () => bus.published("orders").flat();
  return {
    bus,
    scaler,
    set,
    appear,
    notice,
    usage,
    answer,
    orders,
    warnings,
    pause: (name: string) => paused.add(name),
    resume: (name: string) => paused.delete(name),
    wait: (seconds: number) => {
      now += seconds;
    },
    request: (...requests: Parameters<typeof bus.publish<"requests">>[1]) => {
      bus.publish("requests", requests);
      invariant(bus.errors.length === 0, "no subscriber throws");
    },
    limits: () =>
      orders().map((order) =>
        order.target.resource === "cpu" ? order.target.limit.quotaShares : undefined,
      ),
    heldCodes: () =>
      bus
        .published("held")
        .flat()
        .map((held) => held.reason.code),
  };
}

/** The kernel's own no. */
export const refused = {
  outcome: "refused" as const,
  detail: reason("kernel-refused", "EINVAL"),
};

/** One container in auto, watched for long, with a limit of 100. */
export function scaleOne(brakes: Partial<BrakeSettings> = {}) {
  const one = scale(brakes);
  one.set("web");
  one.appear("web");
  one.usage({ web: 100 });
  return one;
}
