import { type ComputeResource, computeResources } from "@sc/domain";
import type { ClusterHost } from "../cluster/cluster-host.ts";

/** Who sees to a host when its faults are over: some things wait for a person to speak, by design. */
export class People {
  readonly #host: ClusterHost;
  #turnedOff: readonly (readonly [string, ComputeResource])[] | undefined;
  #isDone = false;

  constructor(host: ClusterHost) {
    this.#host = host;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** To be called now and then until it is done; whoever was down when the faults stopped is waited for. */
  async seeToHost(): Promise<void> {
    const agent = this.#host.process.runningAgent;
    if (this.#isDone || agent === undefined) return;
    if (this.#turnedOff === undefined) await this.#turnOff();
    else await this.#turnOn(this.#turnedOff);
  }

  /** Nothing is paused; of a limit held after another hand's change someone says that it is his no more. */
  async #turnOff(): Promise<void> {
    const host = this.#host;
    await host.pause(undefined, false);
    const containers = host.process.agent.containers();
    for (const { facts } of containers) await host.pause(facts.name, false);
    const held = containers.flatMap(({ facts, held: why }) =>
      computeResources
        .filter((resource) => why[resource]?.code === "drift-held")
        .map((resource) => [facts.name, resource] as const),
    );
    for (const [name, resource] of held) await host.setMode(name, resource, "observe");
    this.#turnedOff = held;
  }

  async #turnOn(limits: readonly (readonly [string, ComputeResource])[]): Promise<void> {
    for (const [name, resource] of limits) await this.#host.setMode(name, resource, "auto");
    this.#isDone = true;
  }
}
