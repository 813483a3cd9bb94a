import { isSameMemLimit as isSameAmount, type RateResource, type Reason, reason } from "@sc/domain";
import { agentAuthor, type ChangeReporter } from "../change-reporter.ts";
import type { HostLedger } from "../host-ledger.ts";
import type { LimitWriter } from "../limit-writer.ts";
import type { TrackedContainer } from "../tracked-container.ts";
import type { RateGuard } from "./rate-guard.ts";
import { writeRate } from "./write-rate.ts";

export interface ReleaseRateDeps {
  readonly guard: Pick<RateGuard, "adoptChanges">;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
}

/** Puts the first limit of disk or network back. */
export async function releaseRate(
  deps: ReleaseRateDeps,
  container: TrackedContainer,
  what: { readonly resource: RateResource; readonly why: Reason },
): Promise<"released" | "unchanged" | { readonly failed: Reason }> {
  const { resource, why } = what;
  // What another hand wrote since the last look is its owner's, and not ours to overwrite.
  await deps.guard.adoptChanges(container);
  const first = container.facts.first.rates?.[resource];
  const old = container.rates.limits[resource];
  if (first === undefined || old === undefined) {
    const isOurs = container.leasedFolders[resource] !== undefined && container.group.exists();
    return isOurs ? { failed: reason("kernel-refused", "the limit cannot be read") } : "unchanged";
  }
  if (isSameAmount(first, old)) return "unchanged";
  const author = agentAuthor("release");
  const write = { resource, amount: first, isShrink: false, author, reason: why };
  const written = await writeRate(deps.writer, container, write);
  deps.ledger.enter(container);
  if (!written.ok) return { failed: written.error };
  const outcome = written.value;
  if (outcome.kind === "refused") return { failed: reason("kernel-refused", outcome.refusal.text) };
  if (outcome.kind !== "applied") return "unchanged";
  const change = { resource, outcome: "applied", author, reason: why } as const;
  deps.reporter.report(container, { ...change, old, new: outcome.amount });
  return "released";
}
