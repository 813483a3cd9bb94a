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

export function withChanges(
  state: CatalogueState,
  changes: readonly CatalogueChange[],
): CatalogueState {
  const maps = {
    "declared-host": new Map(state["declared-host"]),
    subscription: new Map(state.subscription),
    application: new Map(state.application),
    user: new Map(state.user),
  };
  for (const change of changes) {
    if (!("document" in change)) {
      maps[change.kind].delete(change.name);
      continue;
    }
    const { document, revision } = change;
    switch (document.kind) {
      case "declared-host":
        maps["declared-host"].set(document.name, { content: document.content, revision });
        break;
      case "subscription":
        maps.subscription.set(document.name, { content: document.content, revision });
        break;
      case "application":
        maps.application.set(document.name, { content: document.content, revision });
        break;
      case "user":
        maps.user.set(document.name, { content: document.content, revision });
        break;
    }
  }
  return maps;
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
