import {
  type LimitsUpdate,
  type Mode,
  type ModePreview,
  type Resource,
  resourceNames,
  type SettingsOutcome,
} from "@sc/contracts";
import { CommandFailed, UsageError } from "../errors.ts";
import { duration, limit, number } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import type { Session } from "../session.ts";

export interface SetOptions {
  readonly mode?: Mode;
  /** Default: cpu alone, because memory is opted into by name. */
  readonly resource?: readonly Resource[];
  readonly min?: number;
  readonly max?: number;
  /** Percent. */
  readonly boundary?: number;
  readonly boundaryOf?: "max" | "current";
  readonly priority?: number;
  readonly policy?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Limits first, then the mode: what is shown before a container goes into auto is then what the new
 * limits lead to. Only auto is asked about, because only auto writes limits.
 */
export async function set(session: Session, name: string, options: SetOptions): Promise<void> {
  const limits = limitsOf(options);
  if (limits === undefined && options.mode === undefined) {
    throw new UsageError(
      "nothing to set: give --mode, --min, --max, --boundary, --priority or --policy",
    );
  }
  if (options.dryRun === true) return showOnly(session, name, { ...options, limits });
  const needsAnswer = options.mode === "auto" && options.yes !== true;
  if (needsAnswer && !session.terminal.isInteractive) {
    throw new UsageError(
      "going into auto is asked about, and this is no terminal: add --yes to go on, or --dry-run to look",
    );
  }
  const outcomes: SettingsOutcome[] = [];
  if (limits !== undefined) outcomes.push(await session.api.setLimits(name, limits));
  if (options.mode !== undefined) {
    const { mode } = options;
    const resources = [...resourcesOf(options)];
    if (mode === "auto") await announce(session, name, { resources, needsAnswer });
    outcomes.push(await session.api.setMode(name, { mode, resources }));
  }
  await report(session, outcomes);
}

const resourcesOf = ({ resource }: SetOptions): readonly Resource[] => resource ?? ["cpu"];

function limitsOf(options: SetOptions): LimitsUpdate | undefined {
  const { min, max, boundary, boundaryOf, priority, policy } = options;
  const changes = {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(boundary !== undefined && { boundaryPercent: boundary }),
    ...(boundaryOf !== undefined && { boundaryOf }),
    ...(priority !== undefined && { priority }),
    ...(policy !== undefined && { policy }),
  };
  if (Object.keys(changes).length === 0) return undefined;
  const [resource = "cpu", ...others] = resourcesOf(options);
  if (others.length > 0) {
    throw new UsageError(
      "limits are those of one resource: give --resource once, and set the other in a second step",
    );
  }
  return { resource, ...changes };
}

async function showOnly(
  session: Session,
  name: string,
  options: SetOptions & { readonly limits: LimitsUpdate | undefined },
): Promise<void> {
  const { limits, mode } = options;
  const previews =
    mode === undefined ? [] : await previewsOf(session, name, mode, resourcesOf(options));
  // Also without a mode to look at, the name must be one that is there.
  if (mode === undefined) await session.api.structure(name);
  await print(session, { limits, previews }, (data) =>
    [
      ...(data.limits === undefined ? [] : [`would set ${describeLimits(data.limits)}`]),
      ...data.previews.map(describePreview),
      ...(data.limits === undefined || data.previews.length === 0
        ? []
        : ["(the first limit is shown for the limits of now)"]),
    ].join("\n"),
  );
}

/** One per resource: each has its own first limit and its own reason. */
const previewsOf = (
  { api }: Session,
  name: string,
  mode: Mode,
  resources: readonly Resource[],
): Promise<readonly ModePreview[]> =>
  Promise.all(resources.map((resource) => api.previewMode(name, { mode, resources: [resource] })));

async function announce(
  session: Session,
  name: string,
  asked: {
    readonly resources: readonly Resource[];
    readonly needsAnswer: boolean;
  },
): Promise<void> {
  const previews = await previewsOf(session, name, "auto", asked.resources);
  for (const preview of previews) session.terminal.note(describePreview(preview));
  if (!asked.needsAnswer) return;
  if (await session.terminal.confirm(`Let the limits of ${name} be moved?`)) return;
  throw new CommandFailed("SC_NOT_CONFIRMED", `${name} was not put into auto`);
}

function describePreview(preview: ModePreview): string {
  const { structure, resource, current, firstLimit, min, max, reason } = preview;
  const step = `${limit(current)} → ${limit(firstLimit)}`;
  const band = preview.mode === "auto" ? `, then between ${number(min)} and ${number(max)}` : "";
  const learning =
    preview.firstShrinkInSeconds > 0
      ? `; no shrink for ${duration(preview.firstShrinkInSeconds)} (learning)`
      : "";
  return `${structure} ${resource}: ${step}${band}${learning}; ${reason.text}`;
}

const describeLimits = ({ resource, ...changes }: LimitsUpdate): string =>
  `${resource} ${Object.entries(changes)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ")}`;

async function report(session: Session, outcomes: readonly SettingsOutcome[]): Promise<void> {
  const last = outcomes.at(-1);
  if (last === undefined) return;
  const warnings = outcomes.flatMap((outcome) => outcome.warnings);
  await print(session, { structure: last.structure, warnings }, ({ structure }) =>
    resourceNames
      .flatMap((resource) => {
        const state = structure.resources[resource];
        if (state === undefined) return [];
        const { mode, min, max, boundaryPercent, boundaryOf, policy } = state;
        return `${structure.name} ${resource}: ${mode} by ${policy}, ${number(min)} to ${number(max)}, boundary ${boundaryPercent} % of ${boundaryOf}`;
      })
      .join("\n"),
  );
  for (const warning of warnings) session.terminal.note(`warning: ${warning}`);
}
