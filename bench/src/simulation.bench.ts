import { burstQuota, policyBook, runnable } from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import {
  flowing,
  onOffInflow,
  Random,
  ScaledHost,
  SimulatedHost,
  VirtualClock,
} from "@sc/simulation";
import type { Benchmark } from "./benchmark.ts";
import { percentile } from "./percentile.ts";

const containers = 1000;
const periodMs = 100;
const sampleSeconds = 1;
/** Until every container was on and off once, and the code is compiled. */
const warmUpSeconds = 100;
const stretchSeconds = 16;
const policy = burstQuota({ periodMs });
const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

/** How fast virtual time passes: node agent, guardian and scaler as in production, the kernel simulated. */
export const benchmark: Benchmark = {
  name: "simulation",
  about:
    "Simulated seconds per second of one core's time, all threads of the process counted, median of " +
    `stretches of ${stretchSeconds} s: ${containers} containers ` +
    `in auto under ${policy.name}, sampled and decided about each ${sampleSeconds} s, CFS periods of ` +
    `${periodMs} ms. Each needs .2 to .8 of a core for 20 to 80 s, then .05 to .25 for as long. ` +
    "wallFactor: the same by the clock on the wall, whatever else runs.",
  bounds: { realTimeFactor: { atLeast: 100 } },
  async run({ isQuick }) {
    const fleet = await SimulatedFleet.start();
    fleet.pass(isQuick ? stretchSeconds : warmUpSeconds);
    const before = { ...fleet.counts };
    const stretches = Array.from({ length: isQuick ? 3 : 25 }, () => timedStretch(fleet));
    const factors = (of: keyof TimedStretch): number =>
      stretchSeconds /
      percentile(
        stretches.map((stretch) => stretch[of]),
        50,
      );
    return {
      figures: {
        realTimeFactor: factors("cpuSeconds"),
        wallFactor: factors("wallSeconds"),
        containers,
        simulatedSeconds: stretches.length * stretchSeconds,
        decisions: fleet.counts.decisions - before.decisions,
        changes: fleet.counts.changes - before.changes,
      },
    };
  },
};

interface TimedStretch {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

function timedStretch(fleet: SimulatedFleet): TimedStretch {
  const beganMs = performance.now();
  const cpuBefore = process.cpuUsage();
  fleet.pass(stretchSeconds);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - beganMs) / 1000 };
}

class SimulatedFleet {
  readonly counts = { decisions: 0, changes: 0 };
  readonly #clock = new VirtualClock();
  readonly #host = new SimulatedHost(
    { clock: this.#clock },
    { cores: containers, memMibTotal: containers * 1024, stepMs: periodMs },
  );
  readonly #bus = new InProcessBus({ log: silentLog });

  static async start(): Promise<SimulatedFleet> {
    const fleet = new SimulatedFleet();
    const random = new Random("bench-simulation");
    for (let index = 0; index < containers; index += 1) fleet.#make(`c${index}`, random);
    fleet.#count();
    const scaled = await ScaledHost.make({
      clock: fleet.#clock,
      host: fleet.#host,
      bus: fleet.#bus,
      policies: policyBook([runnable(policy)]),
      policyNames: { cpu: policy.name },
      agent: { autoSeconds: sampleSeconds },
    });
    scaled.start();
    return fleet;
  }

  #make(name: string, random: Random): void {
    const seconds = 20 + 60 * random.next();
    const inflow = onOffInflow({
      onRate: 0.2 + 0.6 * random.next(),
      offRate: 0.05 + 0.2 * random.next(),
      onSeconds: seconds,
      offSeconds: seconds,
    });
    const limit = { quotaShares: 100 };
    this.#host.makeContainer({ name, engine: "lxc", limit, demand: flowing(inflow, 1) });
  }

  /** What is decided about is one resource of each sample. */
  #count(): void {
    this.#bus.subscribe("usage", ({ samples }) => {
      this.counts.decisions += samples.length;
    });
    this.#bus.subscribe("changes", (changes) => {
      for (const { outcome } of changes) if (outcome === "applied") this.counts.changes += 1;
    });
  }

  pass(seconds: number): void {
    this.#clock.advance(seconds);
  }
}
