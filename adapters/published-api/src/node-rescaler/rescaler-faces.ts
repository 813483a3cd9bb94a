import type { HostAgent, HostReader } from "@sc/ports";

/** What the routes of the published node agent are a face of. */
export interface RescalerFaces {
  readonly agent: Pick<HostAgent, "containers" | "container" | "setOwnersLimits">;
  readonly hostReader: Pick<HostReader, "cores" | "readCpuTopology">;
  readonly energy: EnergyNotes;
}

/**
 * Nothing limits energy; the published node agent keeps the number it was given, in a file of a name that
 * ends with the container. Here it is kept as long as this process lives.
 */
export class EnergyNotes {
  readonly #watts = new Map<string, number>();

  read(name: string): number | undefined {
    return this.#watts.get(name);
  }

  write(name: string, watts: number): void {
    // A container that is gone is asked for no more: the oldest note makes room.
    if (this.#watts.size >= notesMax) {
      const [oldest] = this.#watts.keys();
      if (oldest !== undefined) this.#watts.delete(oldest);
    }
    this.#watts.delete(name);
    this.#watts.set(name, watts);
  }
}

const notesMax = 10_000;
