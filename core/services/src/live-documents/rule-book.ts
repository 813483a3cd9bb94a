import {
  byResource,
  compileRules,
  type GuardianSettings,
  invariant,
  type Resource,
  type RuleDocument,
  type RunnablePolicy,
  resources,
  runnable,
  type ServerlessRules,
  serverlessRules,
} from "@sc/domain";
import type { ApiProblem, HealthProblem, RuleCompiler, RuleView } from "@sc/ports";
import { checkRule } from "./check-rule.ts";
import { presetDocuments, type RulePresets } from "./rule-presets.ts";

export type RulePolicies = Readonly<Record<Resource, RunnablePolicy>>;

interface StoredRule {
  readonly rule: RuleDocument;
  readonly revision: number;
}

export interface RuleBookDeps {
  readonly presets: RulePresets;
  readonly compilers: Readonly<Record<Resource, RuleCompiler>>;
}

/** The rules of all resources: as they come, and what was changed or added, made into policies. */
export class RuleBook {
  readonly #deps: RuleBookDeps;
  readonly #presets: ReadonlyMap<string, RuleDocument>;
  readonly #stored = new Map<string, StoredRule>();
  readonly #problems: Record<Resource, readonly HealthProblem[]> = byResource(() => []);
  readonly #inForce: Partial<Record<Resource, ServerlessRules>> = {};
  #policies: RulePolicies | undefined;

  constructor(deps: RuleBookDeps) {
    this.#deps = deps;
    this.#presets = presetDocuments(deps.presets);
  }

  /** Ours first, in their order; then those of people, by name. */
  views(): readonly RuleView[] {
    const own = [...this.#stored.keys()].filter((name) => !this.#presets.has(name));
    return [...this.#presets.keys(), ...own.toSorted()].flatMap((name) => this.view(name) ?? []);
  }

  view(name: string): RuleView | undefined {
    const preset = this.#presets.get(name);
    const stored = this.#stored.get(name);
    if (stored !== undefined) {
      const { rule, revision } = stored;
      return { name, revision, origin: preset === undefined ? "own" : "changed", rule };
    }
    return preset && { name, revision: 0, origin: "preset", rule: preset };
  }

  isPreset(name: string): boolean {
    return this.#presets.has(name);
  }

  put(name: string, rule: RuleDocument, revision: number): void {
    this.#stored.set(name, { rule, revision });
  }

  remove(name: string): void {
    this.#stored.delete(name);
  }

  check(name: string, rule: RuleDocument, guardian: GuardianSettings): ApiProblem | undefined {
    return checkRule(name, rule, {
      compilers: this.#deps.compilers,
      eventTimeoutWindows: guardian.eventTimeoutWindows,
      preset: this.#presets.get(name),
    });
  }

  /** What would keep a rule that is in force from firing under other settings of the guardian. */
  checkAll(
    guardian: GuardianSettings,
    changed: ReadonlySet<string> = new Set(),
  ): ApiProblem | undefined {
    for (const { name, rule } of this.views()) {
      const problem =
        rule.isActive && !changed.has(name) ? this.check(name, rule, guardian) : undefined;
      if (problem !== undefined) return { ...problem, detail: `rule ${name}: ${problem.detail}` };
    }
    return undefined;
  }

  /** Makes the policies of these resources anew; those of the others go on as they are. */
  compile(changed: readonly Resource[], guardian: GuardianSettings): RulePolicies {
    const before = this.#policies;
    const make = (resource: Resource): RunnablePolicy =>
      before === undefined || changed.includes(resource)
        ? this.#compile(resource, guardian)
        : before[resource];
    this.#policies = byResource(make);
    return this.#policies;
  }

  #compile(resource: Resource, guardian: GuardianSettings): RunnablePolicy {
    const problems: HealthProblem[] = [];
    const rules = this.views().flatMap(({ name, rule }): readonly RuleDocument[] => {
      if (!rule.isActive || rule.resource !== resource) return [];
      const problem = this.check(name, rule, guardian);
      if (problem === undefined) return [rule];
      problems.push(leftOut(name, problem));
      return [];
    });
    this.#problems[resource] = problems;
    const { windowSeconds, eventTimeoutWindows, noDataSeconds } = guardian;
    const settings: ServerlessRules = {
      resource,
      ...(windowSeconds === null || windowSeconds === 0 ? {} : { windowSeconds }),
      eventTimeoutWindows,
      noDataSeconds,
      eventRules: rules.filter((rule) => rule.kind === "event"),
      requestRules: rules.filter((rule) => rule.kind === "request"),
    };
    this.#inForce[resource] = settings;
    const compiler = this.#deps.compilers[resource];
    const compiled = compileRules(settings, (document) => compiler.compile(document));
    invariant(compiled.ok, "rules that compile one by one compile together");
    return runnable(serverlessRules(compiled.value));
  }

  /** What the policy of a resource was made of. */
  rulesInForce(resource: Resource): ServerlessRules {
    const rules = this.#inForce[resource];
    invariant(rules !== undefined, "rules are compiled before they are asked for");
    return rules;
  }

  /** Rules that are stored and not in force. */
  problems(): readonly HealthProblem[] {
    return resources.flatMap((resource) => this.#problems[resource]);
  }
}

const leftOut = (name: string, { code, detail }: ApiProblem): HealthProblem => ({
  code,
  text: `the rule ${name} is not in force: ${detail}`,
  nextStep: `set the rule ${name} anew, or remove it`,
});
