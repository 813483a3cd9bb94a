import {
  type BrakeSettings,
  type ByResource,
  byResource,
  type ComputeResource,
  defaultBrakeSettings,
  defaultSettings,
  isRateResource,
  type Mode,
  type PolicyBook,
  type Resource,
  type ResourceDefaults,
  type StoredResourceSettings,
} from "@sc/domain";
import type { Bus } from "@sc/ports";
import {
  type AgentOptions,
  defaultAgentOptions,
  Guardian,
  NodeAgent,
  Scaler,
  StructureRegistry,
} from "@sc/services";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import { endlessLease, forgetfulStore, noJournal, silentLog } from "../host/forgetful-ports.ts";
import type { SimulatedHost } from "../host/simulated-host.ts";

/** Brakes protect from policies that are wrong; what a policy is worth is seen without them. */
export const noBrakes: BrakeSettings = {
  ...defaultBrakeSettings,
  learningSeconds: 0,
  settleSeconds: 0,
  shrinkAtOncePercent: 100,
  shrinkPerWindowPercent: 100,
  hostShrinksPerMinute: Number.MAX_SAFE_INTEGER,
  hostShrinksPerMinuteAfterStart: Number.MAX_SAFE_INTEGER,
};

export interface ScaledHostOptions {
  readonly clock: VirtualClock;
  readonly host: SimulatedHost;
  readonly bus: Bus;
  readonly policies: PolicyBook;
  /** Of every container of the host; a resource without a policy is only observed. */
  readonly policyNames: Partial<ByResource<string>>;
  /** Default: auto. */
  readonly mode?: Mode;
  readonly brakes?: BrakeSettings;
  readonly agent?: Partial<AgentOptions>;
}

/** The production services of one host, as the server joins them, on a host without a kernel. */
export class ScaledHost {
  readonly agent: NodeAgent;
  readonly registry: StructureRegistry;
  readonly #host: SimulatedHost;
  readonly #services: readonly { start(): void; stop(): Promise<void> }[];

  private constructor(options: ScaledHostOptions, registry: StructureRegistry) {
    const { clock, host, bus, policies, brakes = noBrakes } = options;
    const common = { bus, clock, log: silentLog, registry };
    this.registry = registry;
    this.#host = host;
    const agentOptions = { ...defaultAgentOptions, ...options.agent };
    this.agent = new NodeAgent(
      {
        ...common,
        cgroups: host,
        finders: [host.finder("lxc")],
        hostReader: host,
        journal: noJournal,
        lease: endlessLease,
        onFatal: (error) => {
          throw error;
        },
        timers: clock,
      },
      () => agentOptions,
    );
    const guardian = new Guardian({ ...common, policies: () => policies });
    const scaler = new Scaler({ ...common, brakes: () => brakes });
    this.#services = [scaler, guardian, this.agent];
  }

  static async make(options: ScaledHostOptions): Promise<ScaledHost> {
    const { mode = "auto", policyNames } = options;
    const defaultsOf = (resource: Resource): ResourceDefaults => {
      const policy = isRateResource(resource) ? undefined : policyNames[resource];
      const own = defaultSettings[resource];
      return policy === undefined ? { ...own, mode: "observe" } : { ...own, mode, policy };
    };
    const defaults = byResource(defaultsOf);
    const registry = await StructureRegistry.load({ defaults, store: forgetfulStore() });
    return new ScaledHost(options, registry);
  }

  /** Of all containers there are, as their owner would set it. */
  async setAll(resource: ComputeResource, settings: StoredResourceSettings): Promise<void> {
    const { containers } = this.#host.finder("lxc").find();
    const structures = containers.map(({ name }) => ({
      name,
      resources: { [resource]: settings },
    }));
    await this.registry.update({ structures }, "required");
  }

  start(): void {
    for (const service of this.#services) service.start();
  }

  async stop(): Promise<void> {
    for (const service of this.#services.toReversed()) await service.stop();
  }
}
