import type { Resource } from "@sc/domain";
import type { AgentDeps } from "./agent-deps.ts";
import type { ChangeReporter } from "./change-reporter.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** What the guards of cpu and memory limits need. */
export interface DriftGuardDeps {
  readonly agent: Pick<AgentDeps, "bus" | "clock" | "lease" | "log" | "registry">;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
  /** The container's first limit changed: settings that follow it must be made anew. */
  readonly learn: (container: TrackedContainer) => void;
  /** A limit can be read for the first time: it may be one that an earlier agent left. */
  readonly recover: (container: TrackedContainer, resource: Resource) => void;
  /** Writing ours back failed in a way nobody foresaw. */
  readonly onFailure: (container: TrackedContainer, error: unknown) => void;
}
