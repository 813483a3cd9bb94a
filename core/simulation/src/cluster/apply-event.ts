import { assertNever } from "@sc/domain";
import { pulses, steady } from "../demand/demand.ts";
import type { ClusterHost } from "./cluster-host.ts";
import type { DailyEvent, HostEvent, Mishap } from "./host-event.ts";

/** Whether it can happen: what is done to a container that does not run is done to nobody. */
export function canHappen({ tenants }: ClusterHost, event: HostEvent): boolean {
  if (event.kind === "come") return !tenants.runs(event.name);
  if (event.kind === "rename" && tenants.runs(event.to)) return false;
  return !("name" in event) || event.name === undefined || tenants.runs(event.name);
}

/** To be called for what can happen. */
export async function applyEvent(host: ClusterHost, event: HostEvent): Promise<void> {
  if (isMishap(event)) doHarm(host, event);
  else await live(host, event);
}

const dailyKinds: ReadonlySet<HostEvent["kind"]> = new Set<DailyEvent["kind"]>([
  "demand",
  "pulses",
  "use-memory",
  "cache",
  "mode",
  "policy",
  "band",
  "pause",
  "orders",
  "restart",
  "come",
  "go",
  "rename",
  "release",
]);

export const isMishap = (event: HostEvent): event is Mishap => !dailyKinds.has(event.kind);

/** Some only end what went wrong. */
export const doesHarm = (event: Mishap): boolean =>
  !(
    ("isOn" in event && !event.isOn) ||
    ("how" in event && event.how === "normal") ||
    ("fault" in event && event.fault === undefined) ||
    (event.kind === "slow-memory" && event.seconds === 0)
  );

async function live(host: ClusterHost, event: DailyEvent): Promise<void> {
  const { tenants } = host;
  switch (event.kind) {
    case "demand":
      host.host.setDemand(tenants.pathOf(event.name), steady(event.cores));
      return;
    case "pulses": {
      const { everySeconds, coreSeconds } = event;
      const demand = pulses({ everySeconds, coreSeconds: [coreSeconds], threads: 4 });
      host.host.setDemand(tenants.pathOf(event.name), demand);
      return;
    }
    case "use-memory":
      tenants.useMemory(event.name, event.memMib);
      return;
    case "cache":
      host.host.setMemMibCached(tenants.pathOf(event.name), event.memMib);
      return;
    case "mode":
      return host.setMode(event.name, event.resource, event.mode);
    case "policy":
      return host.configure(event.name, event.resource, { policy: event.policy });
    case "band": {
      const { name, resource, min, max } = event;
      return host.configure(name, resource, { min, max });
    }
    case "pause":
      return host.pause(event.name, event.isOn);
    case "orders":
      host.order(event.name, event.resource, event.amounts);
      return;
    case "release":
      host.release(event.name);
      return;
    case "restart":
    case "come":
    case "go":
    case "rename":
      comeAndGo(host, event);
      return;
    default:
      assertNever(event);
  }
}

function comeAndGo(
  { tenants }: ClusterHost,
  event: Extract<DailyEvent, { readonly kind: "restart" | "come" | "go" | "rename" }>,
): void {
  switch (event.kind) {
    case "restart":
      tenants.go(event.name);
      tenants.come(event.name, event.first);
      return;
    case "come":
      tenants.come(event.name, event.first);
      return;
    case "go":
      tenants.go(event.name);
      return;
    case "rename":
      tenants.rename(event.name, event.to);
      return;
    default:
      assertNever(event);
  }
}

function doHarm(host: ClusterHost, event: Mishap): void {
  if ("name" in event) {
    harmContainer(host, event);
    return;
  }
  switch (event.kind) {
    case "delivery":
      host.links.of(event.link).set(event.how);
      return;
    case "pressed":
      host.tenants.isPressed = event.isOn;
      return;
    case "full-disk":
      host.setFull(event.of, event.isOn);
      return;
    case "store":
      host.store.setFault(event.fault);
      return;
    case "slow-memory":
      host.slowMemory(event.seconds);
      return;
    case "clock-step":
      host.stepWall(event.seconds);
      return;
    case "crash-at-step":
    case "crash":
    case "agent-dies":
    case "decider-dies":
    case "stall":
      endLife(host, event);
      return;
    default:
      assertNever(event);
  }
}

function endLife(
  host: ClusterHost,
  event: Extract<
    Mishap,
    { readonly kind: "crash-at-step" | "crash" | "agent-dies" | "decider-dies" | "stall" }
  >,
): void {
  switch (event.kind) {
    case "crash-at-step":
      host.dieAtStep(event.steps, event.when);
      return;
    case "crash":
      host.die(event);
      return;
    case "agent-dies":
      host.restartAgent(event.downSeconds);
      return;
    case "decider-dies":
      host.restartDecider(event.decider, event.downSeconds);
      return;
    case "stall":
      host.stall(event.seconds);
      return;
    default:
      assertNever(event);
  }
}

function harmContainer(
  { host, tenants }: ClusterHost,
  event: Extract<Mishap, { readonly name: string }>,
): void {
  const path = tenants.pathOf(event.name);
  switch (event.kind) {
    case "refuse":
      host.refuseNextWrites(path, event.refusal, event.count);
      return;
    case "owner-sets-cpu": {
      const burstShares = event.shares === null ? 0 : event.burst;
      tenants.setCpuByOwner(event.name, { quotaShares: event.shares, burstShares });
      return;
    }
    case "owner-sets-memory":
      tenants.setMemoryByOwner(event.name, event.memMib);
      return;
    case "frozen":
      host.setFrozen(path, event.isOn);
      return;
    case "unreadable":
      tenants.setUnreadable(event.name, event.isOn);
      return;
    case "broken":
      tenants.setBroken(event.name, event.part, event.isOn);
      return;
    default:
      assertNever(event);
  }
}
