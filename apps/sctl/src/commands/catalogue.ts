import type { Collection, Declared } from "@sc/api-client";
import type { CatalogueUpdate } from "@sc/contracts";
import { UsageError } from "../errors.ts";
import { columnsOf, describeDeclared } from "../output/declared.ts";
import { print } from "../output/print.ts";
import { table } from "../output/table.ts";
import type { Session } from "../session.ts";
import { readJsonFile } from "./json-file.ts";

/** All that clients declared of one kind. */
export async function listDeclared(session: Session, collection: Collection): Promise<void> {
  const list = await session.api.declared(collection);
  await print(session, list, (all) => table<Declared>(all, columnsOf(collection)));
}

export async function getDeclared(
  session: Session,
  collection: Collection,
  name: string,
): Promise<void> {
  await print(session, await session.api.declaredOne(collection, name), describeDeclared);
}

/** As the file says, which has what the API takes. */
export async function declare(
  session: Session,
  { collection, name }: { readonly collection: Collection; readonly name: string },
  { file, dryRun }: { readonly file: string; readonly dryRun?: boolean },
): Promise<void> {
  const body = await readJsonFile(file);
  if (dryRun === true) {
    session.terminal.note("would declare (the server has not judged it):");
    return print(session, body, (data) => JSON.stringify(data, undefined, 2));
  }
  await print(session, await session.api.declare(collection, name, body), describeDeclared);
}

export interface ChangeOptions {
  readonly resource?: keyof NonNullable<CatalogueUpdate["resources"]>;
  readonly min?: number;
  readonly max?: number;
  readonly current?: number;
  readonly weight?: number;
  readonly boundary?: number;
  readonly boundaryOf?: "max" | "current";
  readonly guard?: boolean;
  readonly unguard?: boolean;
  readonly state?: NonNullable<CatalogueUpdate["state"]>;
  readonly dryRun?: boolean;
}

/** What is named changes, from what was there when it was looked at, and nothing else. */
export async function change(
  session: Session,
  { collection, name }: { readonly collection: Collection; readonly name: string },
  options: ChangeOptions,
): Promise<void> {
  const update = updateOf(options);
  const { revision } = await session.api.declaredOne(collection, name);
  if (options.dryRun === true) {
    session.terminal.note("would change (the server has not judged it):");
    return print(session, update, (data) => JSON.stringify(data, undefined, 2));
  }
  const changed = await session.api.changeDeclared({ collection, name, update, revision });
  await print(session, changed, describeDeclared);
}

export function updateOf(options: ChangeOptions): CatalogueUpdate {
  const { resource, min, max, current, weight, boundary, boundaryOf, state } = options;
  const isGuarded = guardOf(options);
  const figures = {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(current !== undefined && { current }),
    ...(weight !== undefined && { weight }),
    ...(boundary !== undefined && { boundaryPercent: boundary }),
    ...(boundaryOf !== undefined && { boundaryOf }),
  };
  const isOfResource = Object.keys(figures).length > 0;
  if (isOfResource && resource === undefined) {
    throw new UsageError("say of which resource: --resource");
  }
  if (!isOfResource && isGuarded === undefined && state === undefined) {
    throw new UsageError("nothing to change: see --help for what can be");
  }
  const guard = isGuarded === undefined ? {} : { isGuarded };
  return {
    ...(state !== undefined && { state }),
    ...(resource === undefined ? guard : { resources: { [resource]: { ...figures, ...guard } } }),
  };
}

function guardOf({ guard, unguard }: ChangeOptions): boolean | undefined {
  if (guard === true && unguard === true)
    throw new UsageError("give --guard or --unguard, not both");
  if (guard === true) return true;
  return unguard === true ? false : undefined;
}

export async function removeDeclared(
  session: Session,
  collection: Collection,
  name: string,
): Promise<void> {
  await session.api.removeDeclared(collection, name);
  await print(session, { name }, () => `${name} is removed from the ${collection}`);
}

export interface Membership {
  readonly collection: "applications" | "users";
  readonly name: string;
  readonly member: string;
}

export async function attach(session: Session, membership: Membership): Promise<void> {
  await print(session, await session.api.attach(membership), describeDeclared);
}

export async function detach(session: Session, membership: Membership): Promise<void> {
  await print(session, await session.api.detach(membership), describeDeclared);
}
