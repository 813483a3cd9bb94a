import {
  type Author,
  err,
  ok,
  type RateResource,
  type Reason,
  type Result,
  reason,
} from "@sc/domain";
import type { RateWriteOutcome } from "@sc/ports";
import type { LimitWriter } from "../limit-writer.ts";
import type { TrackedContainer } from "../tracked-container.ts";

export interface RateWrite {
  readonly resource: RateResource;
  /** `null` = no limit. */
  readonly amount: number | null;
  readonly isShrink: boolean;
  readonly author: Author;
  readonly reason: Reason;
}

/**
 * Writes one limit of disk or network so that it can always be put back. Nothing that goes wrong escapes:
 * an adapter that throws is a refusal.
 */
export async function writeRate(
  writer: LimitWriter,
  container: TrackedContainer,
  write: RateWrite,
): Promise<Result<RateWriteOutcome, Reason>> {
  const { rates } = container;
  const { resource, amount } = write;
  const { control } = rates;
  if (control === undefined) return err(reason("gone", `it has no ${resource}`));
  if (rates.isWriting(resource))
    return err(reason("write-pending", "the write before has not ended"));
  const line = writer.rateLine(container, write);
  const ready = writer.prepare(container, line, write.isShrink);
  if (!ready.ok) return ready;
  rates.beginWrite(resource, amount);
  const outcome = await control.write(resource, amount).catch(failure);
  rates.endWrite(resource);
  const isHeld = outcome.kind === "applied" || outcome.kind === "unchanged";
  if (isHeld) rates.setLimit(resource, outcome.amount);
  writer.conclude(container, line, isHeld);
  return ok(outcome);
}

const failure = (error: unknown): RateWriteOutcome => ({
  kind: "refused",
  refusal: { code: "io", text: String(error) },
});
