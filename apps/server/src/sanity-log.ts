import type { Configuration } from "@sc/contracts";
import type { HealthProblem, Log } from "@sc/ports";

/** Where what each sanity check found is written for clients that read it from a file. */
export interface SanityReport {
  checked(findings: readonly HealthProblem[]): void;
  problems(): readonly HealthProblem[];
  close(): Promise<void>;
}

/** Written while the published routes are open: nobody else reads it. */
export async function openSanityLog(
  { compatibility, stateFolder }: Configuration,
  log: Log,
): Promise<SanityReport | undefined> {
  if (!compatibility.open) return undefined;
  const { SanityLog } = await import("@sc/published-api");
  const folder = compatibility.logFolder ?? stateFolder;
  return new SanityLog({ folder, now: () => new Date(), log });
}
