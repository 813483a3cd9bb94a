/** Hosts and their disks, as clients declare them. */
import {
  type DeclaredCapacity,
  type DeclaredDisk,
  type DeclaredHost,
  err,
  ok,
  type Result,
  type StructureName,
} from "@sc/domain";
import type { ApiProblem, DiskChange, DiskDeclaration, HostDeclaration } from "@sc/ports";
import type { Proposal } from "./catalogue-book.ts";
import {
  checkAmounts,
  outOfRange,
  staleProblem,
  takenName,
  unknownStructure,
} from "./catalogue-problems.ts";
import type { CatalogueState, Kept } from "./catalogue-state.ts";

type Planned = Result<Proposal, ApiProblem>;

const putHost = (name: StructureName, content: DeclaredHost): Planned =>
  ok({ writes: [{ action: "put", document: { kind: "declared-host", name, content } }] });

export function planHost(
  state: CatalogueState,
  name: StructureName,
  { agent, placement, resources: declared, disks }: HostDeclaration,
): Planned {
  const taken = takenName(state, name);
  if (taken !== undefined) return err(taken);
  const resources: Record<string, DeclaredCapacity> = {};
  for (const [resource, capacity] of Object.entries(declared)) {
    const made = capacityOf(`resources.${resource}`, capacity);
    if (!made.ok) return made;
    resources[resource] = made.value;
  }
  const made = disksWith({}, disks);
  if (!made.ok) return made;
  return putHost(name, { agent, placement, resources, disks: made.value });
}

/** Containers that are being subscribed count as well. */
export function planHostRemoval(
  state: CatalogueState,
  name: StructureName,
  revision: number | undefined,
): Planned {
  const kept = hostIn(state, name);
  if (!kept.ok) return kept;
  const stale = staleProblem(state, { kind: "declared-host", name }, revision);
  if (stale !== undefined) return err(stale);
  const containers = [...state.subscription].filter(([, { content }]) => content.host === name);
  if (containers.length > 0) {
    const names = containers.map(([container]) => container);
    const detail = `on host ${name} containers are subscribed: ${shortList(names)}`;
    return err({ code: "SC_HOST_IN_USE", detail });
  }
  return ok({ writes: [{ action: "remove", kind: "declared-host", name }] });
}

export function planDisks(
  state: CatalogueState,
  name: StructureName,
  disks: readonly DiskDeclaration[],
): Planned {
  const kept = hostIn(state, name);
  if (!kept.ok) return kept;
  const host = kept.value.content;
  const news = disks.filter((disk) => !Object.hasOwn(host.disks, disk.name));
  const made = disksWith(host.disks, news);
  if (!made.ok) return made;
  return news.length === 0 ? ok({ writes: [] }) : putHost(name, { ...host, disks: made.value });
}

export function planDiskChanges(
  state: CatalogueState,
  name: StructureName,
  changes: readonly DiskChange[],
): Planned {
  const kept = hostIn(state, name);
  if (!kept.ok) return kept;
  const host = kept.value.content;
  let { disks } = host;
  for (const { name: disk, readMax, writeMax } of changes) {
    const known = Object.hasOwn(disks, disk) ? disks[disk] : undefined;
    if (known === undefined) {
      const detail = `Missing disk ${disk} in host ${name}: not found`;
      return err({ code: "SC_STRUCTURE_UNKNOWN", detail });
    }
    const problem = checkAmounts(`disks.${disk}`, { readMax, writeMax });
    if (problem !== undefined) return err(problem);
    const faster = {
      ...known,
      read: { ...known.read, max: readMax },
      write: { ...known.write, max: writeMax },
    };
    disks = { ...disks, [disk]: faster };
  }
  return putHost(name, { ...host, disks });
}

function hostIn(
  state: CatalogueState,
  name: StructureName,
): Result<Kept<DeclaredHost>, ApiProblem> {
  const kept = state["declared-host"].get(name);
  return kept === undefined ? err(unknownStructure(name, ["host"])) : ok(kept);
}

function disksWith(
  known: DeclaredHost["disks"],
  declared: readonly DiskDeclaration[],
): Result<DeclaredHost["disks"], ApiProblem> {
  let disks = known;
  for (const { name, type, path, load, read, write } of declared) {
    const place = `disks.${name}`;
    if (name === "") return err(outOfRange("disks", "a disk has no name"));
    const problem = checkAmounts(place, { load });
    if (problem !== undefined) return err(problem);
    const reading = capacityOf(`${place}.read`, read);
    if (!reading.ok) return reading;
    const writing = capacityOf(`${place}.write`, write);
    if (!writing.ok) return writing;
    const disk: DeclaredDisk = {
      type,
      path,
      loadByOthers: load,
      read: reading.value,
      write: writing.value,
    };
    disks = { ...disks, [name]: disk };
  }
  return ok(disks);
}

function capacityOf(
  place: string,
  { max, free = max }: { readonly max: number; readonly free?: number },
): Result<DeclaredCapacity, ApiProblem> {
  const problem = checkAmounts(place, { max, free });
  if (problem !== undefined) return err(problem);
  if (free > max) {
    return err(outOfRange(`${place}.free`, `${place}: free ${free} must be at most max ${max}`));
  }
  return ok({ max, heldByOthers: max - free });
}

const namesShown = 5;

function shortList(names: readonly string[]): string {
  const more = names.length - namesShown;
  const shown = names.slice(0, namesShown).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
