import {
  type FirstLimit,
  limitIn,
  type Mode,
  type Resource,
  type ResourceSettings,
  reason,
  thresholds,
} from "@sc/domain";
import type { AgentContainerView, BrakeStatus, ModePreview } from "@sc/ports";
import { usedOf } from "./used-of.ts";

export interface PreviewQuestion {
  readonly container: AgentContainerView;
  readonly resource: Resource;
  readonly settings: ResourceSettings;
  readonly used: number | undefined;
  readonly limit: number | null;
}

/** The first limit policy would write, whatever decides. */
export type PreviewFirstLimit = (question: PreviewQuestion) => FirstLimit;

export interface ModePreviewInput {
  readonly container: AgentContainerView;
  readonly resource: Resource;
  readonly mode: Mode;
  readonly settings: ResourceSettings;
  readonly isPaused: boolean;
  readonly brakes: BrakeStatus;
  readonly previewFirstLimit: PreviewFirstLimit;
}

/** What a change of mode would do to the limit of one resource, without doing it. */
export function previewModeChange(input: ModePreviewInput): ModePreview {
  const { container, resource, mode, settings } = input;
  const first = limitIn(container.facts.first, resource) ?? null;
  const known = limitIn(container.limits, resource);
  const current = known === undefined ? first : known;
  const { lower, upper } = thresholds(settings, current);
  const outcome = firstOutcome(input, { current, first });
  return {
    structure: container.facts.name,
    resource,
    mode,
    current,
    firstLimit: outcome.limit,
    firstShrinkInSeconds: mode === "auto" ? input.brakes.firstShrinkInSeconds : 0,
    min: settings.min,
    max: settings.max,
    lower,
    upper,
    reason: outcome.reason,
  };
}

function firstOutcome(
  { container, resource, mode, settings, isPaused, previewFirstLimit }: ModePreviewInput,
  { current, first }: { readonly current: number | null; readonly first: number | null },
): ReturnType<PreviewFirstLimit> {
  if (mode === "auto" && isPaused) {
    const text = "it is paused: no limit is changed until resumed";
    return { limit: current, reason: reason("paused", text) };
  }
  if (mode === "auto") {
    const used = usedOf(container, resource);
    return previewFirstLimit({ container, resource, settings, limit: current, used });
  }
  if (settings.mode === "auto" && current !== first) {
    return { limit: first, reason: reason("released", "its first limit is put back") };
  }
  return mode === "recommend"
    ? { limit: current, reason: reason("recommend-only", "requests are recorded, none is applied") }
    : { limit: current, reason: reason("not-in-auto", "it is measured, no limit is written") };
}
