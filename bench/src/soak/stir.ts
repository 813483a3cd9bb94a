import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "@sc/api-client";
import type { ComputeResource } from "@sc/contracts";
import type { Findings } from "./findings.ts";
import type { Fleet } from "./fleet.ts";
import type { Observer } from "./observer.ts";
import { bytesPerMib, memFileName, type SoakContainer } from "./soak-container.ts";

/** Between two things that are done, churn aside. */
const everyMs = 1500;
/** What a container must have lived through before anything else is done to it. */
const leastAgeMs = 10_000;
const foundWithinMs = 15_000;

export interface StirDeps {
  readonly api: Api;
  readonly fleet: Fleet;
  readonly observer: Observer;
  readonly findings: Findings;
  readonly random: () => number;
  /** Containers removed or restarted a minute. */
  readonly churn: number;
}

/** Does what people, engines and other programs do, by chance, and never two things to one container. */
export class Stir {
  readonly #deps: StirDeps;
  readonly #underWay = new Set<Promise<void>>();
  #end = new AbortController();

  constructor(deps: StirDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#end = new AbortController();
    const { signal } = this.#end;
    const { churn } = this.#deps;
    if (churn > 0) this.#repeat(60_000 / churn, () => this.#churn(), signal);
    this.#repeat(everyMs, () => this.#disturb(), signal);
  }

  /** Ends when all that was begun is over and every container is treated as at first. */
  async stop(): Promise<void> {
    this.#end.abort();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#deps.api.updateSettings("guardian", { windowSeconds: null });
    await this.#deps.api.updateSettings("node-agent", { autoSeconds: null });
  }

  #repeat(ms: number, begin: () => Promise<void>, signal: AbortSignal): void {
    const run = async (): Promise<void> => {
      while (!signal.aborted) {
        await delay(ms, undefined, { signal }).catch(() => undefined);
        if (!signal.aborted) this.#begin(begin);
      }
    };
    this.#begin(run);
  }

  /** What fails is a finding: the server is there all the time. */
  #begin(run: () => Promise<void>): void {
    const running = run()
      .catch((error: unknown) => this.#deps.findings.add("failed", describe(error)))
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }

  /** Puts a container into auto, within a band of its owner. */
  async takeOn(container: SoakContainer): Promise<void> {
    if (container.scaled.length === 0) return;
    await this.#untilFound(container);
    for (const resource of container.scaled) await this.#setBand(container, resource);
    await this.#setAuto(container);
  }

  async #setAuto({ name, scaled }: SoakContainer): Promise<void> {
    this.#deps.observer.grantsMove();
    await this.#deps.api.setMode(name, { mode: "auto", resources: [...scaled] });
  }

  async #setBand(container: SoakContainer, resource: ComputeResource): Promise<void> {
    const { min, max } = container.band(resource);
    await this.#deps.api.setLimits(container.name, { resource, min, max });
  }

  async #untilFound({ name }: SoakContainer): Promise<void> {
    const end = Date.now() + foundWithinMs;
    while (Date.now() < end) {
      const isFound = await this.#deps.api.structure(name).then(
        () => true,
        () => false,
      );
      if (isFound) return;
      await delay(100);
    }
    throw new Error(`${name} was not found in ${foundWithinMs / 1000} s`);
  }

  async #churn(): Promise<void> {
    const { fleet, observer, random } = this.#deps;
    const container = this.#pick(fleet.all);
    if (container === undefined) return;
    container.isBusy = true;
    observer.removed(container);
    if (random() < 0.5) {
      await fleet.restart(container);
      if (container.scaled.length > 0) observer.grantsMove();
      observer.added(container);
      container.isBusy = false;
      return;
    }
    await fleet.remove(container);
    const next = fleet.make(container.scaled);
    next.isBusy = true;
    observer.added(next);
    await this.takeOn(next);
    next.isBusy = false;
  }

  async #disturb(): Promise<void> {
    const { fleet, random } = this.#deps;
    const actions = [
      () => this.#pauseForAWhile(),
      () => this.#releaseForAWhile(),
      () => this.#otherHandOnCpu(fleet.scaled),
      () => this.#otherHandOnMemory(),
      () => this.#otherHandOnCpu(fleet.all.filter(({ scaled }) => scaled.length === 0)),
      () => this.#changeBand(),
      () => this.#changeSettings(),
    ];
    await actions[Math.floor(random() * actions.length)]?.();
  }

  #pick(among: readonly SoakContainer[]): SoakContainer | undefined {
    const latest = Date.now() - leastAgeMs;
    const idle = among.filter(({ isBusy, madeAt }) => !isBusy && madeAt < latest);
    return idle[Math.floor(this.#deps.random() * idle.length)];
  }

  /** Alone with one of them, if there is one to be had. */
  async #with(
    among: readonly SoakContainer[],
    run: (container: SoakContainer) => Promise<void>,
  ): Promise<void> {
    const container = this.#pick(among);
    if (container === undefined) return;
    container.isBusy = true;
    await run(container);
    container.isBusy = false;
  }

  #pauseForAWhile(): Promise<void> {
    const { api, fleet, random } = this.#deps;
    return this.#with(fleet.scaled, async (container) => {
      await api.pause(container.name);
      container.treat("paused");
      await delay(4000 + random() * 4000);
      container.treat("scaled");
      await api.resume(container.name);
    });
  }

  #releaseForAWhile(): Promise<void> {
    const { api, findings, fleet, random } = this.#deps;
    return this.#with(fleet.scaled, async (container) => {
      const { failed } = await api.release(container.name);
      container.treat("released");
      for (const resource of container.scaled) {
        if (container.hasFirst(resource)) continue;
        const left = JSON.stringify(container.limit(resource));
        const text = `${left}, first ${container.firstText(resource)}, ${JSON.stringify(failed)}`;
        findings.add("not-released", `${container.name} ${resource}: ${text}`);
      }
      await delay(4000 + random() * 4000);
      container.treat("scaled");
      await this.#setAuto(container);
    });
  }

  /** Somewhere in its band, and not where it is. */
  #otherHandOnCpu(among: readonly SoakContainer[]): Promise<void> {
    return this.#with(among, async (container) => {
      const { min, max } = container.band("cpu");
      const shares = Math.round(min + (max - min) * (0.4 + 0.6 * this.#deps.random()));
      const now = container.limit("cpu");
      if (now === undefined) return;
      const quotaUs = String(Math.round((shares / 100) * Number(now["cpu.cfs_period_us"])));
      // The kernel takes no quota below the burst.
      if (quotaUs === now["cpu.cfs_quota_us"] || Number(quotaUs) < 5000) return;
      await this.#asOtherHand(container, "cpu", {
        files: { "cpu.cfs_quota_us": quotaUs },
        amount: shares,
      });
    });
  }

  #otherHandOnMemory(): Promise<void> {
    const among = this.#deps.fleet.scaled.filter(({ scaled }) => scaled.includes("mem"));
    return this.#with(among, async (container) => {
      const { max } = container.band("mem");
      const memMib = max - Math.floor(this.#deps.random() * 32);
      if (container.limit("mem")?.[memFileName] === String(memMib * bytesPerMib)) return;
      const files = { [memFileName]: String(memMib * bytesPerMib) };
      await this.#asOtherHand(container, "mem", { files, amount: memMib });
    });
  }

  /** It counts as the owner's wish as soon as the server has told of it. */
  async #asOtherHand(
    container: SoakContainer,
    resource: ComputeResource,
    wish: { readonly files: Readonly<Record<string, string>>; readonly amount: number },
  ): Promise<void> {
    const { findings, observer } = this.#deps;
    container.unnoticed.push({ resource, amount: wish.amount });
    container.adoptFirst(resource, wish.files);
    if (container.scaled.length > 0) observer.grantsMove();
    for (const [file, value] of Object.entries(wish.files)) container.write(file, value);
    const end = Date.now() + foundWithinMs * (container.scaled.includes(resource) ? 1 : 3);
    while (container.unnoticed.length > 0 && Date.now() < end) await delay(100);
    if (container.unnoticed.length === 0) return;
    findings.add("other-hand-unnoticed", `${container.name} ${resource} ${wish.amount}`);
    container.unnoticed.length = 0;
  }

  #changeBand(): Promise<void> {
    const { fleet, random } = this.#deps;
    return this.#with(fleet.scaled, async (container) => {
      const { min } = container.band("cpu");
      container.setBand("cpu", { min, max: 30 + Math.floor(random() * 30) });
      await this.#setBand(container, "cpu");
    });
  }

  async #changeSettings(): Promise<void> {
    const { api, random } = this.#deps;
    const autoSeconds = random() < 0.5 ? null : 0.15;
    await api.updateSettings("node-agent", { autoSeconds });
    await api.updateSettings("guardian", { windowSeconds: random() < 0.5 ? null : 0.3 });
    const rules = await api.rules();
    const chosen = rules[Math.floor(random() * rules.length)];
    if (chosen === undefined) return;
    // The same again is a new revision, which everybody is told of.
    await api.putRule(chosen.name, chosen.rule);
    await api.removeRule(chosen.name);
  }
}

const describe = (error: unknown): string =>
  error instanceof Error
    ? `${error.message} ${error.stack?.split("\n")[1]?.trim()}`
    : String(error);
