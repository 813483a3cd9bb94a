import {
  type CpuShape,
  type DecisionInput,
  limitInForce,
  type Outcome,
  type Resource,
  reason,
  requestOf,
} from "@sc/domain";
import { type Answer, reasonLengthMax } from "./messages.ts";
import type { UserPolicyInput } from "./user-policy.ts";

/** What a module is shown of a reading. */
export function inputOf(
  resource: Resource,
  { observation, settings, at }: DecisionInput,
): UserPolicyInput {
  const { structure, windowSeconds, used, limit, cpuLimit, isFrozen } = observation;
  const { min, max, boundary, priority } = settings;
  const mode = settings.mode === "recommend" ? "recommend" : "auto";
  return {
    structure,
    resource,
    at,
    windowSeconds,
    used,
    limit,
    cpuLimit,
    isFrozen,
    settings: { mode, min, max, boundary, priority },
  };
}

/** Rounding of a module's own is not held against it. */
const slack = 1e-6;
/** The kernel's bounds. */
const periodMs = { least: 1, most: 1000 };

/** What a module's answer amounts to. Throws, with what is wrong, where it is no decision. */
export function outcomeOf(
  policy: { readonly name: string; readonly resource: Resource },
  input: DecisionInput,
  answer: Answer,
): Outcome {
  if (answer.fault !== undefined) throw new Error(`failed: ${printable(answer.fault)}`);
  const { observation, settings } = input;
  const said = reason("user-policy", textOf(answer.reason));
  if (answer.limit === undefined && answer.cpu === undefined) return { kind: "hold", reason: said };
  if (observation.limit === undefined) {
    return { kind: "hold", reason: reason("no-data", "the limit could not be read") };
  }
  const from = limitInForce(settings, observation.limit);
  const limit = answer.limit === undefined ? from : numberOf("limit", answer.limit);
  if (limit < settings.min - slack || limit > settings.max + slack) {
    throw new Error(`asked for a limit of ${limit}, outside ${settings.min} to ${settings.max}`);
  }
  const cpu = answer.cpu === undefined ? undefined : shapeOf(policy.resource, limit, answer.cpu);
  const amount = Math.abs(limit - from) <= slack ? 0 : limit - from;
  if (amount === 0 && (cpu === undefined || isAsItIs(observation.cpuLimit, cpu))) {
    return { kind: "hold", reason: said };
  }
  return requestOf(policy, input, {
    amount,
    from,
    reason: said,
    ...(cpu !== undefined && { cpu }),
  });
}

const isAsItIs = (applied: DecisionInput["observation"]["cpuLimit"], cpu: CpuShape): boolean =>
  applied !== undefined &&
  applied.burstShares === cpu.burstShares &&
  applied.periodMs === cpu.periodMs &&
  (cpu.weight === undefined || applied.weight === cpu.weight);

function shapeOf(resource: Resource, limit: number, cpu: unknown): CpuShape {
  if (resource !== "cpu") throw new Error(`asked for a shape of ${resource}, which has none`);
  if (typeof cpu !== "object" || cpu === null) throw new Error("asked for a shape that is none");
  const told = new Map<string, unknown>(Object.entries(cpu));
  const shape = {
    burstShares: numberOf("burstShares", told.get("burstShares")),
    periodMs: numberOf("periodMs", told.get("periodMs")),
  };
  if (shape.burstShares < 0 || shape.burstShares > limit + slack) {
    throw new Error(`asked for a burst of ${shape.burstShares}, outside 0 to its limit ${limit}`);
  }
  if (shape.periodMs < periodMs.least || shape.periodMs > periodMs.most) {
    throw new Error(`asked for a period of ${shape.periodMs} ms, outside 1 to 1000`);
  }
  if (!told.has("weight")) return shape;
  const weight = numberOf("weight", told.get("weight"));
  if (weight <= 0) throw new Error(`asked for a weight of ${weight}, which must be above 0`);
  return { ...shape, weight };
}

function numberOf(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const found = typeof value === "number" ? String(value) : `a ${typeof value}`;
  throw new Error(`answered with ${found} as ${name}`);
}

function textOf(text: unknown): string {
  if (typeof text === "string" && text !== "" && text.length <= reasonLengthMax) {
    return printable(text);
  }
  throw new Error("answered without a reason that can be shown");
}

/** It goes to terminals and logs. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, "\u{fffd}");
