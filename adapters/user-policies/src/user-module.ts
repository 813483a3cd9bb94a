/**
 * One module of a user's own, as policies of its resources. However it fails, what it costs is bounded:
 *
 *     throws, or answers what is no decision    its structure is quarantined by who asked
 *     no answer within 50 ms of one batch       cut off; the structure is held, and quarantined when it
 *                                               happens again; a new thread begins anew for the others
 *     40 ms of a batch spent on many answers    the rest of the batch is held, and the health says so
 *     cut off five times in ten minutes         not asked any more until settings change
 *
 * A stall of the machine looks like a loop, so the first time is forgiven.
 */
import {
  type DecisionInput,
  type PolicyRun,
  type Resource,
  type RunDecision,
  type RunnablePolicy,
  reason,
} from "@sc/domain";
import type { HealthProblem, Log } from "@sc/ports";
import { inputOf, outcomeOf } from "./decision-of.ts";
import { UserPolicyFailed } from "./errors.ts";
import type { Answer, Question } from "./messages.ts";
import { ModuleThread } from "./module-thread.ts";

/** One of the configuration's `policies`. */
export interface UserPolicyEntry {
  readonly name: string;
  readonly file: string;
  readonly resources: readonly Resource[];
}

export interface UserModuleDeps {
  readonly log: Log;
  /** Milliseconds of a clock that never steps. */
  readonly now: () => number;
}

/** For so long all questions of one batch together may keep their caller waiting. */
export const batchMsMax = 50;
/** With less than the rest of it left, a question would be cut off for what others took. */
const askedUntilMs = 40;
/** That some were not asked for want of time is told for so long. */
const crowdedShownMs = 60_000;
const cutOffsMost = 5;
const cutOffsWithinMs = 600_000;
/** Of one structure: the second time is no accident. */
const lateMost = 2;

export class UserModule implements AsyncDisposable {
  readonly policies: readonly RunnablePolicy[];
  readonly #entry: UserPolicyEntry;
  readonly #deps: UserModuleDeps;
  #thread: ModuleThread;
  /** Why it is not asked any more. */
  #stopped: string | undefined;
  #cutOffs: readonly number[] = [];
  #runs = 0;
  #batch: number | undefined;
  #spentMs = 0;
  #crowdedAt: number | undefined;

  constructor(entry: UserPolicyEntry, deps: UserModuleDeps) {
    this.#entry = entry;
    this.#deps = deps;
    this.#thread = this.#begin();
    this.policies = entry.resources.map((resource) => ({
      name: entry.name,
      resource,
      begin: () => {
        this.#runs += 1;
        return new ModuleRun(this, resource, this.#runs);
      },
    }));
  }

  get name(): string {
    return this.#entry.name;
  }

  /** Resolves when it can be asked, or never can. */
  whenStarted(): Promise<void> {
    return this.#thread.whenStarted();
  }

  /** Settings changed: what was not asked any more is tried once more. */
  forgive(): void {
    if (this.#stopped === undefined) return;
    this.#stopped = undefined;
    this.#cutOffs = [];
    this.#thread = this.#begin();
  }

  problems(): readonly HealthProblem[] {
    const { name, file } = this.#entry;
    if (this.#stopped === undefined) return this.#isCrowded() ? [crowded(name)] : [];
    const text = `the policy ${name} (${file}) is not asked any more: it ${this.#stopped}`;
    const nextStep = `mend it (./sctl policies check ${file}) and change a setting, or choose another policy`;
    return [{ code: "SC_USER_POLICY_FAILED", text, nextStep }];
  }

  /** `undefined` = there is no answer this time. */
  ask(question: Question, stamp: number): Answer | "starting" | "crowded" | "late" {
    if (this.#stopped !== undefined) throw this.failed(this.#stopped);
    if (this.#thread.state.kind !== "ready") return "starting";
    if (this.#batch !== stamp) {
      this.#batch = stamp;
      this.#spentMs = 0;
    }
    const before = this.#deps.now();
    if (this.#spentMs > askedUntilMs) {
      this.#crowdedAt = before;
      return "crowded";
    }
    const answer = this.#thread.ask(question, batchMsMax - this.#spentMs);
    this.#spentMs += this.#deps.now() - before;
    if (answer !== undefined) return answer;
    this.#cutOff(`did not answer within ${batchMsMax} ms`, question.input.structure);
    return "late";
  }

  #isCrowded(): boolean {
    return this.#crowdedAt !== undefined && this.#deps.now() - this.#crowdedAt < crowdedShownMs;
  }

  failed(text: string): UserPolicyFailed {
    return new UserPolicyFailed(this.name, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = "was stopped";
    await this.#thread[Symbol.asyncDispose]();
  }

  #begin(): ModuleThread {
    const thread = new ModuleThread(this.#entry.file, () => this.#cutOff("ended by itself"));
    void thread.whenStarted().then(() => {
      const { state } = thread;
      if (state.kind !== "ended" || thread !== this.#thread) return;
      this.#stop(state.why);
    });
    return thread;
  }

  #cutOff(why: string, structure?: string): void {
    if (this.#stopped !== undefined) return;
    const now = this.#deps.now();
    this.#cutOffs = [...this.#cutOffs.filter((at) => now - at < cutOffsWithinMs), now];
    const { name: policy, file } = this.#entry;
    this.#deps.log.warn("a user's policy was cut off", { policy, file, structure, why });
    if (this.#cutOffs.length >= cutOffsMost) this.#stop(`was cut off ${cutOffsMost} times: ${why}`);
    else this.#thread = this.#begin();
  }

  #stop(why: string): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = why;
    const { name: policy, file } = this.#entry;
    this.#deps.log.error("a user's policy is not asked any more", { policy, file, why });
  }
}

/** A module at work for one structure. */
class ModuleRun implements PolicyRun {
  readonly #module: UserModule;
  readonly #resource: Resource;
  readonly #run: number;
  #late = 0;

  constructor(module: UserModule, resource: Resource, run: number) {
    this.#module = module;
    this.#resource = resource;
    this.#run = run;
  }

  decide(input: DecisionInput): RunDecision {
    const question = { run: this.#run, input: inputOf(this.#resource, input) };
    const answer = this.#module.ask(question, input.stamp);
    if (answer === "starting") return holdFor("policy-starting", "its policy is being started");
    if (answer === "crowded") {
      return holdFor(
        "policy-late",
        `its policy had no time left for it: ${batchMsMax} ms are for all`,
      );
    }
    if (answer === "late") return this.#afterCutOff();
    const { name } = this.#module;
    try {
      return { events: [], outcome: outcomeOf({ name, resource: this.#resource }, input, answer) };
    } catch (error) {
      throw this.#module.failed(error instanceof Error ? error.message : String(error));
    }
  }

  #afterCutOff(): RunDecision {
    this.#late += 1;
    const text = `did not answer within ${batchMsMax} ms`;
    if (this.#late >= lateMost) throw this.#module.failed(`${text}, for the second time`);
    return holdFor("policy-late", `its policy ${text}, and was cut off`);
  }
}

const crowded = (name: string): HealthProblem => ({
  code: "SC_USER_POLICY_SLOW",
  text: `the policy ${name} takes longer than ${batchMsMax} ms for all it decides about: some wait`,
  nextStep: "make it faster, or give some of its containers to another policy",
});

const holdFor = (code: "policy-starting" | "policy-late", text: string): RunDecision => ({
  events: [],
  outcome: { kind: "hold", reason: reason(code, text) },
});
