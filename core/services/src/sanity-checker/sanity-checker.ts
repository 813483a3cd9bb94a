/**
 * Looks for states and settings that can never work, and for what should say the same and does not. It
 * changes nothing: what it finds is in the health, with what to do about it, until it is gone.
 */
import type { MonotonicSeconds, ServiceName, ServiceSettings, StructureName } from "@sc/domain";
import type { HealthProblem, HistoryStore, HostAgent } from "@sc/ports";
import type { DocumentDesk } from "../live-documents/document-desk.ts";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import { ServiceLoop, type ServiceLoopDeps } from "../service-loop/service-loop.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import {
  checkBands,
  checkGuarded,
  checkReadable,
  checkRules,
  checkSumOfMins,
  checkTimes,
  type StructureInForce,
} from "./check-settings.ts";

/** Settings of a container that was not seen for so long are worth a word. */
const unusedSeconds = 24 * 3600;
/** Of one kind so many are told; a thousand lines say no more. */
const toldMost = 20;

export interface SanityCheckerDeps extends ServiceLoopDeps {
  readonly agent: Pick<HostAgent, "containers" | "hostObservation" | "audit">;
  readonly registry: Pick<StructureRegistry, "settingsOf" | "storedNames" | "isKnown">;
  readonly desk: Pick<DocumentDesk, "inForce" | "rules">;
  readonly history: Pick<HistoryStore, "status">;
  /** Told of what each check found. */
  readonly onChecked?: ((findings: readonly HealthProblem[]) => void) | undefined;
}

export class SanityChecker implements Service {
  readonly name = "sanity-checker";
  readonly #deps: SanityCheckerDeps;
  readonly #loop: ServiceLoop;
  /** Stored, not running, and since when we know. */
  readonly #awaySince = new Map<StructureName, MonotonicSeconds>();
  /** Accounts that differed in the check before. */
  #doubted: ReadonlySet<string> = new Set();
  #lost = 0;
  #findings: readonly HealthProblem[] = [];

  constructor(deps: SanityCheckerDeps) {
    this.#deps = deps;
    this.#loop = new ServiceLoop(deps, {
      name: this.name,
      everySeconds: () => deps.desk.inForce("sanity-checker").everySeconds,
      isActive: () => {
        const { isActive } = deps.desk.inForce("sanity-checker");
        if (!isActive) this.#findings = [];
        return isActive;
      },
      round: () => this.#check(),
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#loop.stop();
    this.#findings = [];
    this.#awaySince.clear();
    this.#doubted = new Set();
  }

  health(): ServiceHealth {
    return this.#loop.health();
  }

  /** What the newest check found. */
  problems(): readonly HealthProblem[] {
    return this.#findings;
  }

  #check(): void {
    const { agent, desk, log } = this.#deps;
    const structures = this.#structures();
    const found = [
      ...checkRules(desk.rules().map(({ rule }) => rule)),
      ...checkTimes(this.#settings()),
      ...checkGuarded(structures, desk.inForce("guardian")),
      ...checkReadable(structures).slice(0, toldMost),
      ...checkBands(structures).slice(0, toldMost),
      ...checkSumOfMins(structures, agent.hostObservation()),
      ...this.#checkAccounts().slice(0, toldMost),
      ...this.#checkHistory(),
      ...this.#checkUnused(structures).slice(0, toldMost),
    ];
    const known = new Set(this.#findings.map(keyOf));
    for (const finding of found) {
      if (!known.has(keyOf(finding))) log.warn("the sanity check found something", { ...finding });
    }
    this.#findings = found;
    this.#deps.onChecked?.(found);
  }

  #structures(): readonly StructureInForce[] {
    const { agent, registry } = this.#deps;
    return agent.containers().flatMap(({ facts: { name }, limits }) => {
      const settings = registry.settingsOf(name);
      return settings === undefined ? [] : [{ name, settings, limits }];
    });
  }

  #settings(): ServiceSettings {
    const of = <Name extends ServiceName>(name: Name): ServiceSettings[Name] =>
      this.#deps.desk.inForce(name);
    return {
      "node-agent": of("node-agent"),
      guardian: of("guardian"),
      scaler: of("scaler"),
      "structure-snapshoter": of("structure-snapshoter"),
      "database-snapshoter": of("database-snapshoter"),
      "sanity-checker": of("sanity-checker"),
      refeeder: of("refeeder"),
    };
  }

  /** What another hand wrote a moment ago is noticed by the next sample: told is what stays. */
  #checkAccounts(): readonly HealthProblem[] {
    const found = this.#deps.agent.audit().map(({ structure, resource, text }) => ({
      code: "SC_SANITY_ACCOUNTS_DIFFER",
      text: `${resource}: ${text}`,
      nextStep: "release it and set its mode again; if that does not help, restart the server",
      structure,
    }));
    const before = this.#doubted;
    this.#doubted = new Set(found.map(keyOf));
    return found.filter((finding) => before.has(keyOf(finding)));
  }

  /** Told as long as more is lost from one check to the next. */
  #checkHistory(): readonly HealthProblem[] {
    const { lostReadings, lostRecords, failure } = this.#deps.history.status();
    const lost = lostReadings + lostRecords;
    const isLosing = lost > this.#lost;
    this.#lost = lost;
    if (!isLosing) return [];
    const why = failure === undefined ? "more comes than can be written" : failure.text;
    const text = `history is being lost (${lostReadings} readings, ${lostRecords} records): ${why}`;
    const nextStep = "look at the room and the speed of the disk, or raise everySeconds";
    return [{ code: "SC_SANITY_HISTORY_LOSING", text, nextStep }];
  }

  #checkUnused(structures: readonly StructureInForce[]): readonly HealthProblem[] {
    const { clock, registry } = this.#deps;
    const now = clock.monotonic();
    const running = new Set(structures.map(({ name }) => name));
    const stored = new Set(registry.isKnown ? registry.storedNames() : []);
    for (const name of this.#awaySince.keys()) {
      if (running.has(name) || !stored.has(name)) this.#awaySince.delete(name);
    }
    const found: HealthProblem[] = [];
    for (const name of stored) {
      if (running.has(name)) continue;
      const since = this.#awaySince.get(name) ?? now;
      this.#awaySince.set(name, since);
      if (now - since < unusedSeconds) continue;
      const text = "it has settings, and was not seen running for a day";
      const nextStep = "nothing is wrong: they are in force when it runs again";
      found.push({ code: "SC_SANITY_SETTINGS_UNUSED", text, nextStep, structure: name });
    }
    return found;
  }
}

const keyOf = ({ structure, text }: HealthProblem): string => `${structure} ${text}`;
