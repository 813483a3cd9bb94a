import {
  limitIn,
  type Resource,
  type ResourceState,
  type StructureSettings,
  type StructureState,
  thresholds,
} from "@sc/domain";
import type { AgentContainerView, Bus, HostAgent } from "@sc/ports";
import { ratesOf, usedOf } from "../orchestrator/used-of.ts";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import { ServiceLoop, type ServiceLoopDeps } from "../service-loop/service-loop.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";

export interface StructureSnapshoterDeps extends ServiceLoopDeps {
  readonly bus: Bus;
  readonly agent: Pick<HostAgent, "host" | "containers">;
  readonly registry: Pick<StructureRegistry, "settingsOf">;
  readonly settings: () => { readonly isActive: boolean; readonly everySeconds: number };
}

/** Tells every so often which limits are really applied and what is used, of all structures at once. */
export class StructureSnapshoter implements Service {
  readonly name = "structure-snapshoter";
  readonly #deps: StructureSnapshoterDeps;
  readonly #loop: ServiceLoop;

  constructor(deps: StructureSnapshoterDeps) {
    this.#deps = deps;
    this.#loop = new ServiceLoop(deps, {
      name: this.name,
      everySeconds: () => deps.settings().everySeconds,
      isActive: () => deps.settings().isActive,
      round: () => this.#publish(),
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#loop.stop();
  }

  health(): ServiceHealth {
    return this.#loop.health();
  }

  #publish(): void {
    const { agent, bus, clock, registry } = this.#deps;
    const structures: StructureState[] = [];
    for (const container of agent.containers()) {
      // Just found: the next snapshot knows its settings.
      const settings = registry.settingsOf(container.facts.name);
      if (settings !== undefined) structures.push(stateOf(container, settings));
    }
    bus.publish("structures", {
      host: agent.host,
      at: clock.monotonic(),
      stamp: clock.wall(),
      structures,
    });
  }
}

const stateOf = (container: AgentContainerView, settings: StructureSettings): StructureState => ({
  name: container.facts.name,
  id: container.facts.id,
  resources: {
    cpu: resourceState(container, "cpu", settings),
    mem: resourceState(container, "mem", settings),
    ...ratesOf(container, (rate) => resourceState(container, rate, settings)),
  },
  accounting: container.accounting,
  cpuUsedSeconds: container.cpuUsedSeconds,
  throttledSeconds: container.throttledSeconds,
});

function resourceState(
  container: AgentContainerView,
  resource: Resource,
  settings: StructureSettings,
): ResourceState {
  const { mode, min, max, boundary } = settings.resources[resource];
  const current = limitIn(container.limits, resource);
  const band = current === undefined ? undefined : thresholds({ max, boundary }, current);
  return {
    mode,
    min,
    max,
    current,
    used: usedOf(container, resource),
    upper: band?.upper,
    lower: band?.lower,
  };
}
