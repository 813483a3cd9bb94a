import type { DefaultSettings, PolicyBook } from "@sc/domain";
import type { Bus } from "@sc/ports";
import { InMemoryDocumentStore } from "@sc/ports/in-memory";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { ClusterHost, type ClusterHostDeps, type ClusterHostOptions } from "./cluster-host.ts";
import type { ClusterOnlooker } from "./cluster-onlooker.ts";

export interface ClusterDeps {
  readonly makeBus: () => Bus;
  readonly policies: PolicyBook;
  /** Of what nobody set. */
  readonly defaults: DefaultSettings;
}

/** Time passes in such steps, in between which promises go on and everything is looked at. */
const stepSeconds = 0.1;
/** So many turns end what one step set going. */
const turnsOfStep = 40;

interface ClusterSetting {
  readonly clock?: VirtualClock;
  readonly onlooker?: ClusterOnlooker;
}

const nobody: ClusterOnlooker = { onProcess: () => undefined, onMessage: () => undefined };

/** Hosts that share a clock and what people set; each runs the whole product. */
export class Cluster {
  readonly clock: VirtualClock;
  readonly hosts: readonly ClusterHost[];
  /** Steps that all hosts made so far. */
  steps = 0;

  constructor(
    { makeBus, policies, defaults }: ClusterDeps,
    hosts: readonly ClusterHostOptions[],
    { clock = new VirtualClock(), onlooker = nobody }: ClusterSetting = {},
  ) {
    this.clock = clock;
    const store = new InMemoryDocumentStore();
    const deps: ClusterHostDeps = { clock, store, makeBus, policies, defaults, onlooker };
    this.hosts = hosts.map((options) => new ClusterHost(deps, options));
  }

  async pass(seconds: number): Promise<void> {
    for (let step = 0; step < Math.round(seconds / stepSeconds); step += 1) {
      this.clock.advance(stepSeconds);
      this.steps += this.hosts.length;
      await this.turn();
    }
  }

  /** What was set going comes to its end, and every invariant is looked at. */
  async turn(): Promise<void> {
    for (let turn = 0; turn < turnsOfStep; turn += 1) await Promise.resolve();
    for (const host of this.hosts) host.look();
  }
}
