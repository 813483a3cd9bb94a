import assert from "node:assert/strict";
import {
  type ContainerLimits,
  isSameCpuLimit,
  isSameMemLimit,
  type LimitValue,
  resources,
} from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { steady } from "../demand/demand.ts";
import { isSameValue, limitValueOf } from "../invariants/limits.ts";
import { type World, worldNames } from "./world.ts";
import type { WorldCommand } from "./world-commands.ts";

/** What is done to a container that does not run now is done to nobody. */
export async function runCommand(world: World, command: WorldCommand): Promise<void> {
  if ("name" in command && command.name !== undefined && !world.runs(command.name)) {
    if (command.kind === "restart" || command.kind === "come-or-go")
      world.come(command.name, command.first);
    return;
  }
  if (isHostCommand(command)) await doToHost(world, command);
  else await doToContainer(world, command);
  await world.turn();
}

const hostKinds = [
  "wait",
  "pause",
  "release",
  "delivery",
  "pressed",
  "full-disk",
  "slow-memory",
  "clock",
  "crash-at-step",
  "crash",
  "stall",
] as const;
type HostCommand = Extract<WorldCommand, { readonly kind: (typeof hostKinds)[number] }>;

const isHostCommand = (command: WorldCommand): command is HostCommand =>
  hostKinds.some((kind) => kind === command.kind);

async function doToHost(world: World, command: HostCommand): Promise<void> {
  const { stage } = world;
  switch (command.kind) {
    case "wait":
      return world.pass(command.seconds);
    case "pause":
      return world.pause(command.name, command.isOn);
    case "release":
      return world.release(command.name);
    case "delivery":
      world.delivery.how = command.how;
      if (command.how === "normal") world.delivery.bringLate();
      return;
    case "pressed":
      world.isPressed = command.isOn;
      return;
    case "full-disk":
      world.setFull(command.of, command.isOn);
      return;
    case "slow-memory":
      world.slowMemory(command.seconds);
      return;
    case "clock":
      stage.clock.stepWall(command.seconds);
      return;
    case "crash-at-step":
      world.crashAtStep(command.steps, command.when);
      return;
    case "crash":
      return world.crash(command.isRestored);
    case "stall":
      return world.stall(command.isRestored);
  }
}

async function doToContainer(
  world: World,
  command: Exclude<WorldCommand, HostCommand>,
): Promise<void> {
  const { host } = world.stage;
  const path = `/${command.name}`;
  switch (command.kind) {
    case "demand":
      host.setDemand(path, steady(command.cores));
      return;
    case "use-memory":
      world.useMemory(command.name, command.memMib);
      return;
    case "cache":
      host.setMemMibCached(path, command.memMib);
      return;
    case "mode":
      await world.setMode(command.name, command.resource, command.mode);
      return;
    case "band": {
      const { name, resource, min, max } = command;
      await world.configure(name, resource, { min, max });
      return;
    }
    case "orders":
      world.order(command.name, command.resource, command.amounts);
      return;
    case "restart":
      world.go(command.name);
      world.come(command.name, command.first);
      return;
    case "come-or-go":
      world.go(command.name);
      return;
    case "refuse":
      host.refuseNextWrites(path, command.refusal, command.count);
      return;
    case "owner-sets-cpu":
      world.setCpuByOwner(command.name, {
        quotaShares: command.shares,
        burstShares: command.shares === null ? 0 : command.burst,
      });
      return;
    case "owner-sets-memory":
      world.setMemoryByOwner(command.name, command.memMib);
      return;
    case "frozen":
      host.setFrozen(path, command.isOn);
      return;
    case "unreadable":
      world.setUnreadable(command.name, command.isOn);
      return;
    case "broken":
      world.setBroken(command.name, command.part, command.isOn);
  }
}

/** Nothing goes wrong any more, and enough time passes for everything to come right. */
export async function endMishaps(world: World): Promise<void> {
  await world.endMishaps();
  await world.pass(15);
}

/** Kernel, ledger, journal and restore list say the same. */
export function checkAgreement(world: World): void {
  const { containers } = world.watch.now();
  // What was set aside is put back and not looked at any more.
  const isAside = (name: string): boolean =>
    containers.some((one) => one.name === name && one.held?.code === "quarantined");
  const findings = world.running.agent.audit();
  assert.deepEqual(
    findings.filter(({ structure }) => !isAside(structure)),
    [],
  );
  for (const { first, kernel, name, id, restored } of containers) {
    if (isAside(name)) continue;
    for (const resource of resources) {
      const [owners, now] = [limitValueOf(first, resource), limitValueOf(kernel, resource)];
      assert.ok(owners !== undefined && now !== undefined, `${name} is known`);
      // What a full disk kept from being written down, nobody can read there.
      if (isSameValue(owners, now) || world.wasFull) continue;
      const listed = restored && limitValueOf(restored, resource);
      assert.ok(
        listed !== undefined && isSameValue(listed, owners),
        `${resource} of ${name} is ${JSON.stringify(now)}; of ${JSON.stringify(owners)} the list has ${JSON.stringify(listed)}`,
      );
      const line = world.stage.journal
        .recover()
        .findLast((one) => one.id === id && one.resource === resource && one.step !== "refused");
      assert.ok(
        // What died on the way may have come to either of two.
        [line?.new, line?.step === "intended" ? line.old : undefined].some(
          (told) => told !== undefined && isOursTold(told, { owners, now }),
        ),
        `${resource} of ${name} is ${JSON.stringify(now)}; the journal has ${JSON.stringify(line)}`,
      );
    }
  }
}

/** Released, every container has what its owner set last, and nothing is left to be put back. */
export async function checkRelease(world: World): Promise<void> {
  const { agent } = world.running;
  const { failed } = await agent.release(undefined);
  assert.deepEqual(failed, []);
  for (const name of worldNames) {
    const view = agent.container(nameFor(name));
    if (view === undefined) continue;
    const { cpu, memMib } = kernelOf(world, name);
    const { first } = view.facts;
    assert.ok(cpu !== undefined && first.cpu !== undefined && isSameCpuLimit(cpu, first.cpu));
    assert.ok(memMib !== undefined && first.memMib !== undefined);
    assert.ok(isSameMemLimit(memMib, first.memMib), `${name} has ${memMib} MiB`);
    assert.ok(isOwners(cpu.quotaShares, 0.37), `${name} has ${cpu.quotaShares} shares`);
    assert.ok(isOwners(memMib, 0.25), `${name} has ${memMib} MiB`);
  }
  const living = agent.containers().map(({ facts }) => String(facts.id));
  const left = world.stage.leaseWorld.entries.filter(({ inode }) => living.includes(inode));
  assert.deepEqual(left, []);
}

/** What owners write ends so; what we write never does, but where it is as much as they allow. */
const isOwners = (amount: number | null, ending: number): boolean =>
  amount === null || Math.abs((amount % 1) - ending) < 0.001;

function kernelOf({ stage }: World, name: string): ContainerLimits {
  const group = stage.host.open({ path: `/${name}` });
  assert.ok(group.ok);
  return { cpu: group.value.readCpuLimit(), memMib: group.value.readMemMibLimit() };
}

/** What is not the owner's was written by us; a part that the owner set since needs no line. */
function isOursTold(
  told: LimitValue,
  { owners, now }: { readonly owners: LimitValue; readonly now: LimitValue },
): boolean {
  if (told.resource !== "cpu" || owners.resource !== "cpu" || now.resource !== "cpu")
    return isSameValue(told, now);
  const { quotaShares, burstShares, weight } = owners.limit;
  const isOwnersQuota = isSameCpuLimit({ ...now.limit, quotaShares }, now.limit);
  const isOwnersBurst = isSameCpuLimit({ ...now.limit, burstShares }, now.limit);
  const isOwnersWeight = isSameCpuLimit({ ...now.limit, weight }, now.limit);
  const ours = {
    ...told.limit,
    ...(isOwnersQuota && { quotaShares }),
    ...(isOwnersBurst && { burstShares }),
    ...(isOwnersWeight && { weight }),
  };
  return isSameCpuLimit(ours, now.limit);
}
