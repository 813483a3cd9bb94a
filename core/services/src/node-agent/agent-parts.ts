import type { Resource } from "@sc/domain";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import { ChangeReporter } from "./change-reporter.ts";
import { ContainerTracker } from "./container-tracker.ts";
import { CorePins } from "./cores/core-pins.ts";
import { CoreWriter } from "./cores/core-writer.ts";
import { DriftGuard } from "./drift-guard.ts";
import { HostLedger } from "./host-ledger.ts";
import { HostWatch } from "./host-watch.ts";
import { LimitWriter } from "./limit-writer.ts";
import { MemoryWaitGuard } from "./memory-wait-guard.ts";
import { OrderDesk } from "./order-desk.ts";
import { OwnersHand } from "./owners-hand.ts";
import { Releaser } from "./releaser.ts";
import { tellDrift } from "./tell-drift.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** What the parts tell the agent. */
export interface AgentHooks {
  readonly onAppear: (container: TrackedContainer) => void;
  readonly onGone: (container: TrackedContainer) => void;
  readonly onRename: () => void;
  /** A limit can be read for the first time: it may be one that an earlier agent left. */
  readonly recover: (container: TrackedContainer, resource: Resource) => void;
  /** Something about it failed in a way nobody foresaw. */
  readonly onFailure: (container: TrackedContainer, error: unknown) => void;
}

/** Who finds containers, keeps the book, and writes limits, joined. */
export interface AgentParts {
  readonly cores: CorePins;
  readonly driftGuard: DriftGuard;
  readonly hostWatch: HostWatch;
  readonly ledger: HostLedger;
  readonly memoryWait: MemoryWaitGuard;
  readonly orderDesk: OrderDesk;
  readonly ownersHand: OwnersHand;
  readonly releaser: Releaser;
  readonly tracker: ContainerTracker;
  readonly writer: LimitWriter;
}

export function makeParts(
  deps: AgentDeps,
  options: () => AgentOptions,
  hooks: AgentHooks,
): AgentParts {
  const { onAppear, onFailure, onGone, onRename, recover } = hooks;
  const reporter = new ChangeReporter(deps, deps.hostReader.name);
  const hostWatch = new HostWatch(deps, options);
  const writer = new LimitWriter(deps);
  const tracker = new ContainerTracker({ agent: deps, onAppear, onGone, onRename });
  const cores = new CorePins(
    {
      agent: deps,
      writer: new CoreWriter(deps, writer),
      list: () => tracker.list,
      tell: (container, why) => {
        const shares = container.cpuLimit?.quotaShares;
        const limits = { old: shares, new: shares ?? null };
        tellDrift({ agent: deps, ledger, reporter }, container, {
          resource: "cpu",
          ...limits,
          why,
        });
      },
    },
    options,
  );
  const ledger = new HostLedger({ registry: deps.registry, hostWatch });
  const find = tracker.get.bind(tracker);
  const learn = tracker.learn.bind(tracker);
  const common = { agent: deps, cores, ledger, reporter, writer, onFailure };
  const memoryWait = new MemoryWaitGuard(common, options);
  const driftGuard = new DriftGuard({ ...common, learn, recover }, options);
  const guard = driftGuard.rates;
  const remove = tracker.remove.bind(tracker);
  return {
    cores,
    driftGuard,
    hostWatch,
    ledger,
    memoryWait,
    orderDesk: new OrderDesk({ ...common, driftGuard, guard, find, onGone: remove }, options),
    ownersHand: new OwnersHand({ ...common, driftGuard, find, learn }, options),
    releaser: new Releaser({ ...common, driftGuard, guard, memoryWait }, options),
    tracker,
    writer,
  };
}
