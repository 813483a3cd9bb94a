import { err, ok, type Resource, type Result, type StructureName } from "@sc/domain";
import type { ApiProblem, CatalogueKind, CatalogueUpdate } from "@sc/ports";
import type { CatalogueWrite, Proposal, Proposed } from "./catalogue-book.ts";
import { kindInViews, staleProblem, unknownStructure } from "./catalogue-problems.ts";
import { type CatalogueState, kindOf } from "./catalogue-state.ts";
import { type SettingsReader, storedWith } from "./container-settings.ts";
import { updateContainer } from "./container-update.ts";
import { putApplication, putUser } from "./group-plans.ts";
import { updateApplication, updateHost, updateUser } from "./update-plans.ts";

interface UpdateQuestion {
  readonly name: StructureName;
  readonly kinds: readonly CatalogueKind[] | undefined;
  readonly update: CatalogueUpdate;
  readonly revision: number | undefined;
}

interface UpdatePlan {
  readonly proposal: Proposal;
  /** Of a container: what nobody scales any more. */
  readonly leavingAuto: readonly Resource[];
}

/** What is to be saved for a change of whatever has this name. */
export function planUpdate(
  proposed: Proposed,
  registry: SettingsReader,
  question: UpdateQuestion,
): Result<UpdatePlan, ApiProblem> {
  const { name, kinds, update, revision } = question;
  const { state } = proposed;
  const kind = kindOf(state, name);
  if (kind === undefined || kinds?.includes(kindInViews[kind]) === false) {
    return err(unknownStructure(name, kinds));
  }
  const stale = staleProblem(state, { kind, name }, revision);
  if (stale !== undefined) return err(stale);
  if (kind === "subscription") return planContainer(proposed, registry, question);
  const written = writeFor(state, name, update);
  return written.ok ? ok({ proposal: { writes: [written.value] }, leavingAuto: [] }) : written;
}

function planContainer(
  { state, settings }: Proposed,
  registry: SettingsReader,
  { name, kinds, update }: UpdateQuestion,
): Result<UpdatePlan, ApiProblem> {
  const subscription = state.subscription.get(name)?.content;
  if (subscription === undefined || subscription.joining !== undefined) {
    return err(unknownStructure(name, kinds));
  }
  const stored = storedWith(registry, name, settings);
  const plan = updateContainer(name, { subscription, stored }, update);
  if (!plan.ok) return plan;
  const { content, leavingAuto, settings: resources } = plan.value;
  return ok({
    proposal: {
      writes: [{ action: "put", document: { kind: "subscription", name, content } }],
      settings: Object.keys(resources).length === 0 ? [] : [{ name, resources }],
    },
    leavingAuto,
  });
}

function writeFor(
  state: CatalogueState,
  name: StructureName,
  update: CatalogueUpdate,
): Result<CatalogueWrite, ApiProblem> {
  const host = state["declared-host"].get(name)?.content;
  if (host !== undefined) {
    const content = updateHost(name, host, update);
    if (!content.ok) return content;
    const document = { kind: "declared-host", name, content: content.value } as const;
    return ok({ action: "put", document });
  }
  const application = state.application.get(name)?.content;
  if (application !== undefined) {
    const content = updateApplication(name, application, update);
    return content.ok ? ok(putApplication(name, content.value)) : content;
  }
  const user = state.user.get(name)?.content;
  if (user === undefined) return err(unknownStructure(name));
  const content = updateUser(name, user, update);
  return content.ok ? ok(putUser(name, content.value)) : content;
}
