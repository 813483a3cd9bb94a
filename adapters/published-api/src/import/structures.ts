/**
 * Structures of all files together, in the shape in which the published routes take them: a document of
 * the database says the same in other places, and what is free on a host leaves out what is subscribed.
 */
import { fieldIn, type PublishedDocument } from "../translate/published-document.ts";
import { type Findings, nameOf } from "./plan-documents.ts";

export type StructureKind = "host" | "container" | "application" | "user";

export interface StructureDocument {
  readonly kind: StructureKind;
  readonly file: string;
  readonly name: string;
  readonly document: PublishedDocument;
}

/** Where nothing is said of a margin: what the published scripts say. */
const usualLimit = { boundary: 10, boundary_type: "percentage_of_max" };

const kinds = ["host", "container", "application", "user"] as const;

export class Structures {
  readonly #found: Findings;
  readonly #all = new Map<string, StructureDocument>();
  readonly #limits = new Map<string, unknown>();

  constructor(found: Findings) {
    this.#found = found;
  }

  /** Of what several files say, the last one counts. */
  add(file: string, document: PublishedDocument): void {
    const kind = kinds.find((each) => each === fieldIn(document, "subtype"));
    const name = fieldIn(document, "name");
    if (kind === undefined || typeof name !== "string") {
      const field = `structure ${nameOf(document)}`;
      const text = kind === undefined ? `subtype is none of ${kinds.join(", ")}` : "has no name";
      this.#found.faults.push({ file, field, text });
      return;
    }
    this.#all.set(`${kind}/${name}`, { kind, file, name, document });
  }

  addLimits(document: PublishedDocument): void {
    this.#limits.set(nameOf(document), fieldIn(document, "resources"));
  }

  get hosts(): readonly StructureDocument[] {
    return this.#of("host");
  }
  get containers(): readonly StructureDocument[] {
    return this.#of("container");
  }
  get applications(): readonly StructureDocument[] {
    return this.#of("application");
  }
  get users(): readonly StructureDocument[] {
    return this.#of("user");
  }

  #of(kind: StructureKind): readonly StructureDocument[] {
    return [...this.#all.values()].filter((structure) => structure.kind === kind);
  }

  /** Containers of these files take from what is free when they are subscribed: here it is still theirs. */
  bodyOfHost({ name, document }: StructureDocument): PublishedDocument {
    const its = this.containers.filter((each) => fieldIn(each.document, "host") === name);
    const entries = Object.entries(fieldIn(document, "resources") ?? {}).map(
      ([resource, value]: [string, unknown]): readonly [string, unknown] =>
        resource === "disks"
          ? ["disks", disksOf(value, its)]
          : [resource, withGivenBack(value, "", heldBy(its, resource))],
    );
    return {
      host: name,
      host_rescaler_ip: name,
      host_rescaler_port: 8000,
      ...document,
      resources: Object.fromEntries(entries),
    };
  }

  bodyOfContainer(container: StructureDocument): PublishedDocument {
    const { document } = container;
    const usual = {
      guard: false,
      host_rescaler_port: 8000,
      host_rescaler_ip: fieldIn(document, "host"),
    };
    return { container: { ...usual, ...document }, limits: this.#limitsOf(container) };
  }

  bodyOfApplication(application: StructureDocument): PublishedDocument {
    return {
      app: { ...noPrograms, guard: false, ...application.document },
      limits: this.#limitsOf(application),
    };
  }

  #limitsOf({ name, document }: StructureDocument): PublishedDocument {
    const own = this.#limits.get(name);
    const resources = Object.keys(fieldIn(document, "resources") ?? {}).filter(
      (resource) => resource !== "disk",
    );
    const limits = resources.map((resource) => [resource, fieldIn(own, resource) ?? usualLimit]);
    return { resources: Object.fromEntries(limits) };
  }
}

const noPrograms = {
  install_script: "",
  install_files: "",
  runtime_files: "",
  output_dir: "",
  start_script: "",
  stop_script: "",
};

const numberIn = (value: unknown, key: string): number => {
  const number = Number(fieldIn(value, key));
  return Number.isFinite(number) ? number : 0;
};

const heldBy = (containers: readonly StructureDocument[], resource: string): number =>
  containers.reduce(
    (sum, { document }) =>
      sum + Math.max(0, numberIn(fieldIn(fieldIn(document, "resources"), resource), "current")),
    0,
  );

/** More than all there is cannot be free. */
function withGivenBack(capacity: unknown, suffix: string, held: number): unknown {
  if (typeof capacity !== "object" || capacity === null || held === 0) return capacity;
  const [max, free] = [numberIn(capacity, `max${suffix}`), numberIn(capacity, `free${suffix}`)];
  return { ...capacity, [`free${suffix}`]: Math.min(max, Math.max(0, free) + held) };
}

/** The database has them by name, the routes in a list. */
function disksOf(disks: unknown, containers: readonly StructureDocument[]): unknown {
  const list: readonly unknown[] = Array.isArray(disks)
    ? disks
    : Object.entries(disks ?? {}).map(([name, disk]: [string, unknown]) =>
        typeof disk === "object" && disk !== null ? { ...disk, name } : disk,
      );
  return list.map((disk) => {
    const its = containers.filter(
      ({ document }) =>
        fieldIn(fieldIn(fieldIn(document, "resources"), "disk"), "name") === fieldIn(disk, "name"),
    );
    const read = withGivenBack(disk, "_read", heldBy(its, "disk_read"));
    const both = withGivenBack(read, "_write", heldBy(its, "disk_write"));
    const load = Math.max(0, numberIn(both, "load") - its.length);
    return typeof both === "object" && both !== null ? { ...both, load } : both;
  });
}
