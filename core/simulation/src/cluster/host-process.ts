import type { BrakeSettings, DefaultSettings, Order, PolicyBook } from "@sc/domain";
import type { Bus, Cgroups, Clock, DocumentStore, Journal, Log, Timers } from "@sc/ports";
import { FakeLease, type FakeLeaseWorld } from "@sc/ports/in-memory";
import {
  type AgentDeps,
  type AgentOptions,
  DocumentLoader,
  defaultAgentOptions,
  Guardian,
  NodeAgent,
  Scaler,
  type Service,
  StructureRegistry,
} from "@sc/services";
import type { SimulatedHost } from "../host/simulated-host.ts";
import type { MessageLinks } from "./message-links.ts";
import {
  mortalCgroups,
  mortalFinder,
  mortalJournal,
  mortalLease,
  mortalTimers,
} from "./mortal-ports.ts";
import type { ProcessLife } from "./process-life.ts";

/** Those that decide, beside the agent. */
export type Decider = "guardian" | "scaler";

/** The world as a process of the product finds it. */
export interface HostProcessDeps {
  readonly bus: Bus;
  readonly links: MessageLinks;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly host: SimulatedHost;
  readonly cgroups: Cgroups;
  readonly journal: Journal;
  readonly leaseWorld: FakeLeaseWorld;
  readonly store: DocumentStore;
  readonly policies: PolicyBook;
  readonly defaults: DefaultSettings;
  readonly brakes: () => BrakeSettings;
  readonly options: Partial<AgentOptions>;
  /** What an agent meets instead of its ports as they are. */
  readonly decorate: (deps: AgentDeps, life: ProcessLife) => AgentDeps;
  /** What an agent is given instead of an order. */
  readonly order: (order: Order) => Order | undefined;
  /** Each new life of something in it. */
  readonly newLife: () => ProcessLife;
}

/**
 * One process of the product: agent, guardian and scaler of a host, joined as they are there. The agent may
 * also die alone, as where the others run elsewhere, and so may they.
 */
export class HostProcess {
  readonly bus: Bus;
  readonly registry: StructureRegistry;
  readonly fatal: unknown[] = [];
  readonly life: ProcessLife;
  agentLife: ProcessLife;
  agent: NodeAgent;
  readonly #deps: HostProcessDeps;
  readonly #timers: Timers;
  readonly #loader: DocumentLoader;
  readonly #deciders: Partial<Record<Decider, Service>> = {};
  #lease: FakeLease;
  #isStarted = false;

  constructor(deps: HostProcessDeps) {
    this.#deps = deps;
    this.bus = deps.bus;
    this.life = deps.newLife();
    this.agentLife = deps.newLife();
    this.#timers = mortalTimers(deps.timers, this.life);
    const { defaults, store } = deps;
    this.registry = new StructureRegistry({ defaults, store });
    this.#loader = new DocumentLoader({
      store,
      takers: [this.registry],
      saveOwed: () => this.registry.saveOwed(),
      timers: this.#timers,
      log: silentLog,
    });
    this.#lease = new FakeLease(deps.leaseWorld);
    this.agent = this.#makeAgent();
  }

  /** What is stored first, then those who ask, then the one who writes. */
  async start(): Promise<void> {
    await this.#loader.load();
    if (this.life.isDead) return;
    this.#loader.start();
    this.startDecider("scaler");
    this.startDecider("guardian");
    this.#isStarted = true;
    this.#startAgent();
  }

  /** The whole process ends here and now. */
  die(): void {
    this.life.die();
    this.agentLife.die();
  }

  standStill(): void {
    this.life.standStill();
    this.agentLife.standStill();
  }

  goOn(): void {
    this.life.goOn();
    this.agentLife.goOn();
  }

  /** The agent, while it runs. */
  get runningAgent(): NodeAgent | undefined {
    const isRunning = this.#isStarted && this.life.isRunning && this.agentLife.isRunning;
    return isRunning ? this.agent : undefined;
  }

  /** Another agent in place of one that died alone. */
  startAgent(): void {
    this.agentLife = this.#deps.newLife();
    this.#lease = new FakeLease(this.#deps.leaseWorld);
    this.agent = this.#makeAgent();
    this.#startAgent();
  }

  /** It may die at any step of its start. */
  #startAgent(): void {
    try {
      this.agent.start();
    } catch (error) {
      if (!this.agentLife.isDead) throw error;
    }
  }

  isDeciding(decider: Decider): boolean {
    return this.#deciders[decider] !== undefined;
  }

  /** It knows nothing any more, and hears nothing. */
  endDecider(decider: Decider): void {
    void this.#deciders[decider]?.stop();
    delete this.#deciders[decider];
  }

  startDecider(decider: Decider): void {
    const { links, clock, policies, brakes } = this.#deps;
    const bus = links.bus(this.bus, decider, this.life);
    const common = { bus, clock, log: silentLog, registry: this.registry };
    const service =
      decider === "scaler"
        ? new Scaler({ ...common, brakes })
        : new Guardian({ ...common, policies: () => policies });
    this.#deciders[decider] = service;
    service.start();
  }

  /** Whether the watcher of the lease leaves limits alone. */
  isLeaseFresh(): boolean {
    this.#setLeaseClock();
    return this.#lease.state() === "fresh";
  }

  #setLeaseClock(): void {
    this.#deps.leaseWorld.uptimeSeconds = 100 + this.#deps.clock.monotonic();
  }

  #makeAgent(): NodeAgent {
    const { clock, decorate, host, journal, options, timers } = this.#deps;
    const life = this.agentLife;
    const finder = (engine: "lxc" | "plain") => mortalFinder(host.finder(engine), life);
    const deps: AgentDeps = {
      bus: this.#agentsBus(life),
      cgroups: mortalCgroups(this.#deps.cgroups, life),
      clock,
      finders: [finder("lxc"), finder("plain")],
      hostReader: host,
      journal: mortalJournal(journal, life),
      lease: mortalLease(this.#lease, life, () => this.#setLeaseClock()),
      log: silentLog,
      registry: this.registry,
      timers: mortalTimers(timers, life),
      onFatal: (error) => void this.fatal.push(error),
    };
    return new NodeAgent(decorate(deps, life), () => ({ ...defaultAgentOptions, ...options }));
  }

  /** What a dead agent says, nobody hears. */
  #agentsBus(life: ProcessLife): Bus {
    const { links, order } = this.#deps;
    const bus = links.bus(this.bus, "agent", life);
    return {
      publish: (topic, message) => {
        if (!life.isDead) bus.publish(topic, message);
      },
      subscribe: (topic, handle) =>
        topic === "orders"
          ? bus.subscribe("orders", (orders) =>
              this.agent.deliver(orders.flatMap((one) => order(one) ?? [])),
            )
          : bus.subscribe(topic, handle),
    };
  }
}

const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
