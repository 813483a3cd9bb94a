import type {
  Application,
  CatalogueContents,
  CatalogueDocument,
  DeclaredHost,
  StructureName,
  Subscription,
  User,
} from "@sc/domain";

/** A document with the revision it has. */
export interface Kept<Content> {
  readonly content: Content;
  readonly revision: number;
}

/** Everything that was declared; names are unique over all four kinds. */
export interface CatalogueState {
  readonly "declared-host": ReadonlyMap<StructureName, Kept<DeclaredHost>>;
  readonly subscription: ReadonlyMap<StructureName, Kept<Subscription>>;
  readonly application: ReadonlyMap<StructureName, Kept<Application>>;
  readonly user: ReadonlyMap<StructureName, Kept<User>>;
}

export type DeclaredKind = keyof CatalogueContents;
export const declaredKinds = [
  "declared-host",
  "subscription",
  "application",
  "user",
] as const satisfies readonly DeclaredKind[];

export const emptyCatalogue: CatalogueState = {
  "declared-host": new Map(),
  subscription: new Map(),
  application: new Map(),
  user: new Map(),
};

/** A document as it is now, or that it is gone. */
export type CatalogueChange =
  | { readonly document: CatalogueDocument; readonly revision: number }
  | { readonly kind: DeclaredKind; readonly name: StructureName };

export const kindOf = (state: CatalogueState, name: StructureName): DeclaredKind | undefined =>
  declaredKinds.find((kind) => state[kind].has(name));

export const revisionOf = (
  state: CatalogueState,
  { kind, name }: { readonly kind: DeclaredKind; readonly name: StructureName },
): number => state[kind].get(name)?.revision ?? 0;

export const withChanges = (
  state: CatalogueState,
  changes: readonly CatalogueChange[],
): CatalogueState => ({
  "declared-host": edited(state["declared-host"], changes, {
    kind: "declared-host",
    contentOf: (document) => (document.kind === "declared-host" ? document.content : undefined),
  }),
  subscription: edited(state.subscription, changes, {
    kind: "subscription",
    contentOf: (document) => (document.kind === "subscription" ? document.content : undefined),
  }),
  application: edited(state.application, changes, {
    kind: "application",
    contentOf: (document) => (document.kind === "application" ? document.content : undefined),
  }),
  user: edited(state.user, changes, {
    kind: "user",
    contentOf: (document) => (document.kind === "user" ? document.content : undefined),
  }),
});

/** The documents of one kind; copied only where one of them changes, as there may be thousands. */
function edited<Content>(
  documents: ReadonlyMap<StructureName, Kept<Content>>,
  changes: readonly CatalogueChange[],
  of: {
    readonly kind: DeclaredKind;
    readonly contentOf: (document: CatalogueDocument) => Content | undefined;
  },
): ReadonlyMap<StructureName, Kept<Content>> {
  let copy: Map<StructureName, Kept<Content>> | undefined;
  for (const change of changes) {
    if (!("document" in change)) {
      if (change.kind !== of.kind) continue;
      copy ??= new Map(documents);
      copy.delete(change.name);
      continue;
    }
    const content = of.contentOf(change.document);
    if (content === undefined) continue;
    copy ??= new Map(documents);
    copy.set(change.document.name, { content, revision: change.revision });
  }
  return copy ?? documents;
}

/** The application a container is in. */
export function applicationOf(
  state: CatalogueState,
  container: StructureName,
): StructureName | undefined {
  for (const [name, { content }] of state.application) {
    if (content.containers.includes(container)) return name;
  }
  return undefined;
}

/** The user an application belongs to. */
export function userOf(
  state: CatalogueState,
  application: StructureName,
): StructureName | undefined {
  for (const [name, { content }] of state.user) {
    if (content.applications.includes(application)) return name;
  }
  return undefined;
}
