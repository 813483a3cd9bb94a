/**
 * The rules in force, as published clients read and change them. A change is one of ours, checked and
 * stored as those of the API are; the two sides of a rule's condition are changed one without the other.
 */
import { err, ok, type Rescale, type Result, type RuleDocument } from "@sc/domain";
import type { ApiProblem, DocumentChanges, LiveChange, LiveDocuments } from "@sc/ports";
import { fieldIn, type PublishedDocument } from "../published-document.ts";
import { tryAgainWhenStale } from "../try-again-when-stale.ts";
import { withEventsRequired } from "./events-required.ts";
import { keptRules } from "./kept-rules.ts";
import { ownNameOf } from "./published-names.ts";
import { publishedRule } from "./published-rule.ts";
import { notAPolicy } from "./rule-of-document.ts";

type Outcome = Promise<Result<void, ApiProblem>>;
/** A rule of ours, or one that is kept, with what is asked of it made. */
interface Edit {
  readonly rule: (rule: RuleDocument) => Result<RuleDocument, ApiProblem>;
  readonly kept: (document: PublishedDocument) => Result<PublishedDocument, ApiProblem>;
}

export class LiveRules {
  readonly #documents: LiveDocuments & DocumentChanges;

  constructor(documents: LiveDocuments & DocumentChanges) {
    this.#documents = documents;
  }

  list(): readonly PublishedDocument[] {
    const own = this.#documents.rules().map(({ rule }) => publishedRule(rule));
    return [...own, ...this.#kept().values()];
  }

  find(name: string): Result<PublishedDocument, ApiProblem> {
    const own = this.#documents.rule(ownNameOf(name));
    if (own.ok) return ok(publishedRule(own.value.rule));
    const kept = this.#kept().get(name);
    if (kept !== undefined) return ok(kept);
    const detail = `there is no rule ${name}`;
    return err({ code: "SC_RULE_UNKNOWN", detail });
  }

  setActive(name: string, isActive: boolean): Outcome {
    return this.#edit(name, {
      rule: (rule) => ok({ ...rule, isActive }),
      kept: (document) => ok({ ...document, active: isActive }),
    });
  }

  setAmount(name: string, amount: number): Outcome {
    return this.#edit(name, {
      rule: (rule) => {
        if (rule.kind !== "request" || rule.direction !== "up") return err(noAmount);
        if (rule.rescale.kind === "fit_to_usage") return err(noAmount);
        return ok({ ...rule, rescale: { ...rule.rescale, amount: Math.trunc(amount) } });
      },
      kept: (document) =>
        isRequest(document) && fieldIn(document, "rescale_type") === "up"
          ? ok({ ...document, amount: Math.trunc(amount) })
          : err(noAmount),
    });
  }

  setPolicy(name: string, policy: string): Outcome {
    return this.#edit(name, {
      rule: (rule) => {
        if (rule.kind !== "request") return err(refused("value", noRequest));
        const rescale = this.#rescaleOf(rule, policy);
        return rescale.ok ? ok({ ...rule, rescale: rescale.value }) : rescale;
      },
      kept: (document) => {
        if (!isRequest(document)) return err(refused("value", noRequest));
        if (isPublishedPolicy(policy, fieldIn(document, "rescale_type"))) {
          return ok({ ...document, rescale_policy: policy });
        }
        return err(invalidPolicy(policy, String(fieldIn(document, "rescale_type"))));
      },
    });
  }

  setEventsRequired(name: string, direction: "up" | "down", count: number): Outcome {
    return this.#edit(name, {
      rule: (rule) => {
        if (rule.kind !== "request") return err(noChange);
        const isOwnDirection = rule.direction === direction;
        const wanted = { count, isOwnDirection };
        const { condition } = withEventsRequired(rule.condition, direction, wanted);
        return ok({ ...rule, condition, ...(isOwnDirection && { eventsToRemove: count }) });
      },
      kept: (document) => {
        if (!isRequest(document)) return err(noChange);
        const isOwnDirection = fieldIn(document, "rescale_type") === direction;
        const wanted = { count, isOwnDirection };
        const changed = withEventsRequired(fieldIn(document, "rule"), direction, wanted);
        const removed = changed.isFloor ? { events_to_remove: count } : {};
        return ok({ ...document, rule: changed.condition, ...removed });
      },
    });
  }

  /** As they come, and as they were changed. */
  #kept(): ReadonlyMap<string, PublishedDocument> {
    const changed = this.#documents.kept("kept-rule");
    return new Map([
      ...keptRules.map((rule) => [String(fieldIn(rule, "name")), rule] as const),
      ...changed.map(({ name, content }) => [name, content] as const),
    ]);
  }

  /** `modelling` and `fixed-ratio` are refused: a rule that has them would never fire again. */
  #rescaleOf(
    rule: RuleDocument & { readonly kind: "request" },
    policy: string,
  ): Result<Rescale, ApiProblem> {
    if (policy === "fit_to_usage" && rule.direction === "down") return ok({ kind: policy });
    if (policy === "amount" || policy === "proportional") {
      return ok({ kind: policy, amount: this.#amountOf(rule) });
    }
    return err(invalidPolicy(policy, rule.direction));
  }

  /** A rule that fitted to usage has none: it takes as much as a raise of its resource gives. */
  #amountOf({ resource, direction, rescale }: RuleDocument & { readonly kind: "request" }): number {
    if (rescale.kind !== "fit_to_usage") return rescale.amount;
    const raise = this.#documents.rule(`${resource}_rescale_up`);
    if (!raise.ok || raise.value.rule.kind !== "request") return 0;
    const { rescale: ofRaise } = raise.value.rule;
    const amount = ofRaise.kind === "fit_to_usage" ? 0 : ofRaise.amount;
    return direction === "up" ? amount : -amount;
  }

  #edit(name: string, edit: Edit): Outcome {
    return tryAgainWhenStale(async () => {
      const change = this.#changeOf(name, edit);
      return change.ok ? this.#documents.changeAll([change.value]) : change;
    });
  }

  #changeOf(name: string, edit: Edit): Result<LiveChange, ApiProblem> {
    const own = this.#documents.rule(ownNameOf(name));
    if (own.ok) {
      const { name: ownName, revision: expectedRevision } = own.value;
      const rule = edit.rule(own.value.rule);
      if (!rule.ok) return rule;
      return ok({ kind: "rule", name: ownName, rule: rule.value, expectedRevision });
    }
    const known = this.find(name);
    if (!known.ok) return known;
    const content = edit.kept(known.value);
    if (!content.ok) return content;
    const stored = this.#documents.kept("kept-rule").find((each) => each.name === name);
    const expectedRevision = stored?.revision ?? 0;
    return ok({ kind: "kept-rule", name, content: content.value, expectedRevision });
  }
}

const isRequest = (document: PublishedDocument): boolean =>
  fieldIn(document, "generates") === "requests";

const publishedPolicies = ["amount", "proportional", "modelling", "fixed-ratio"];
const isPublishedPolicy = (policy: string, type: unknown): boolean =>
  publishedPolicies.includes(policy) || (policy === "fit_to_usage" && type === "down");

const refused = (field: string, detail: string): ApiProblem => ({
  code: "SC_RULE_INVALID",
  field,
  detail,
});

const noAmount = refused("value", "This rule can't have its amount changed");
const noRequest = "This rule can't have its policy changed";
const noChange = refused("value", "Can't apply this change to a rule that makes no requests");

const invalidPolicy = (policy: string, direction: string): ApiProblem =>
  refused("value", `Invalid policy for a rescale ${direction} rule: it ${notAPolicy(policy)}`);
