/**
 * Hosts, containers, applications and users of the files, as what is to be declared here, in the order in
 * which one needs the other. What is another host's, or does not run here, is left out with the reason.
 */
import type { Result } from "@sc/domain";
import type { ApiProblem, Catalogue, CatalogueKind, ImportNote } from "@sc/ports";
import { readApplication } from "../orchestrator/bodies/application.ts";
import { readContainer } from "../orchestrator/bodies/container.ts";
import { readHost } from "../orchestrator/bodies/host.ts";
import { readUser } from "../orchestrator/bodies/user.ts";
import { RequestRefused } from "../orchestrator/errors.ts";
import { fieldIn } from "../translate/published-document.ts";
import type { Findings } from "./plan-documents.ts";
import type { StructureDocument, Structures } from "./structures.ts";

/** One thing to declare, and how to take it back. */
export interface Step {
  readonly note: ImportNote;
  readonly run: () => Promise<Result<unknown, ApiProblem>>;
  readonly undo: () => Promise<Result<unknown, ApiProblem>>;
}

export interface DeclarationDeps {
  readonly catalogue: Catalogue;
  /** Whether a declared host of this name is the one we run on. */
  readonly isLocal: (host: string) => boolean;
  readonly isRunning: (container: string) => boolean;
}

export function planDeclarations(
  structures: Structures,
  deps: DeclarationDeps,
  found: Findings,
): readonly Step[] {
  const plan = new DeclarationPlan(structures, deps, found);
  return plan.steps();
}

class DeclarationPlan {
  readonly #structures: Structures;
  readonly #deps: DeclarationDeps;
  readonly #found: Findings;
  /** Those that are there, or will be. */
  readonly #containers = new Set<string>();
  readonly #applications = new Set<string>();

  constructor(structures: Structures, deps: DeclarationDeps, found: Findings) {
    this.#structures = structures;
    this.#deps = deps;
    this.#found = found;
  }

  steps(): readonly Step[] {
    const { hosts, containers, applications, users } = this.#structures;
    return [
      ...hosts.flatMap((host) => this.#host(host)),
      ...containers.flatMap((container) => this.#container(container)),
      ...applications.flatMap((application) => this.#application(application)),
      ...applications.flatMap((application) => this.#members(application)),
      ...users.flatMap((user) => this.#user(user)),
      ...users.flatMap((user) => this.#clusters(user)),
    ];
  }

  #host(host: StructureDocument): readonly Step[] {
    const { catalogue, isLocal } = this.#deps;
    if (!isLocal(host.name)) return this.#leave(host, "is another host: a server scales its own");
    if (this.#isThere(host, "host")) return [];
    const body = this.#structures.bodyOfHost(host);
    return this.#read(host, () => readHost(host.name, body), {
      run: (declaration) => catalogue.declareHost(host.name, declaration),
      undo: () => catalogue.removeHost(host.name),
    });
  }

  #container(container: StructureDocument): readonly Step[] {
    const { catalogue, isLocal, isRunning } = this.#deps;
    const host = String(fieldIn(container.document, "host"));
    if (!isLocal(host)) return this.#leave(container, `is on ${host}, which is another host`);
    if (this.#isThere(container, "container")) {
      this.#containers.add(container.name);
      return [];
    }
    if (!isRunning(container.name)) return this.#leave(container, "does not run here");
    const body = this.#structures.bodyOfContainer(container);
    const steps = this.#read(container, () => readContainer(container.name, body), {
      run: (declaration) => catalogue.subscribe(container.name, declaration),
      undo: () => catalogue.desubscribe(container.name),
    });
    if (steps.length > 0) this.#containers.add(container.name);
    return steps;
  }

  #application(application: StructureDocument): readonly Step[] {
    const { catalogue } = this.#deps;
    const { name } = application;
    this.#applications.add(name);
    if (this.#isThere(application, "application")) return [];
    const body = this.#structures.bodyOfApplication(application);
    return this.#read(application, () => readApplication(name, body), {
      run: (declaration) => catalogue.declareApplication(name, declaration),
      undo: () => catalogue.removeApplication(name),
    });
  }

  #members({ file, name: application, document }: StructureDocument): readonly Step[] {
    const { catalogue } = this.#deps;
    const known = catalogue.find({ name: application, kinds: ["application"] });
    const there = known.ok && known.value.kind === "application" ? known.value.containers : [];
    return textsOf(fieldIn(document, "containers")).flatMap((container): readonly Step[] => {
      if (!this.#containers.has(container) || there.includes(container)) return [];
      const membership = { container, application };
      return [
        {
          note: { file, field: `container ${container}`, text: `joins application ${application}` },
          run: () => catalogue.attachContainer(membership),
          undo: () => catalogue.detachContainer(membership),
        },
      ];
    });
  }

  #user(user: StructureDocument): readonly Step[] {
    const { catalogue } = this.#deps;
    if (this.#isThere(user, "user")) return [];
    return this.#read(user, () => readUser(user.name, { user: user.document }), {
      run: (declaration) => catalogue.declareUser(user.name, declaration),
      undo: () => catalogue.removeUser(user.name),
    });
  }

  #clusters({ file, name: user, document }: StructureDocument): readonly Step[] {
    const { catalogue } = this.#deps;
    const known = catalogue.find({ name: user, kinds: ["user"] });
    const there = known.ok && known.value.kind === "user" ? known.value.applications : [];
    return textsOf(fieldIn(document, "clusters")).flatMap((application): readonly Step[] => {
      if (!this.#applications.has(application) || there.includes(application)) return [];
      const membership = { application, user };
      return [
        {
          note: { file, field: `application ${application}`, text: `goes to user ${user}` },
          run: () => catalogue.attachApplication(membership),
          undo: () => catalogue.detachApplication(membership),
        },
      ];
    });
  }

  #isThere(structure: StructureDocument, kind: CatalogueKind): boolean {
    const known = this.#deps.catalogue.find({ name: structure.name });
    if (!known.ok) return false;
    if (known.value.kind === kind) this.#leave(structure, "is there already, and stays as it is");
    else this.#fault(structure, `has the name of a ${known.value.kind} that is there`);
    return true;
  }

  #read<Declaration>(
    structure: StructureDocument,
    read: () => Declaration,
    how: {
      readonly run: (declaration: Declaration) => Promise<Result<unknown, ApiProblem>>;
      readonly undo: Step["undo"];
    },
  ): readonly Step[] {
    try {
      const declaration = read();
      const note = { ...placeOf(structure), text: "is declared" };
      return [{ note, run: () => how.run(declaration), undo: how.undo }];
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
      this.#fault(structure, error.message);
      return [];
    }
  }

  #leave(structure: StructureDocument, text: string): readonly [] {
    this.#found.leftOut.push({ ...placeOf(structure), text });
    return [];
  }

  #fault(structure: StructureDocument, text: string): void {
    this.#found.faults.push({ ...placeOf(structure), text });
  }
}

const placeOf = ({ file, name, kind }: StructureDocument) => ({ file, field: `${kind} ${name}` });

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
