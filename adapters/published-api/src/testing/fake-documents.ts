import { err, ok, type Result } from "@sc/domain";
import type { ApiProblem } from "@sc/ports";
import type { PublishedRules, PublishedServices } from "../orchestrator/faces.ts";
import type { PublishedDocument } from "../translate/published-document.ts";

type Found = Result<PublishedDocument, ApiProblem>;

/** Notes what it is asked, and knows one rule and one service. */
export class FakeRules implements PublishedRules {
  readonly asked: (readonly unknown[])[] = [];

  list(): readonly PublishedDocument[] {
    return [{ name: "CpuRescaleUp", active: true }];
  }

  find(name: string): Found {
    return found(this.list(), name, "SC_RULE_UNKNOWN");
  }

  setActive(name: string, isActive: boolean): Promise<Found> {
    return this.#note(name, "active", isActive);
  }

  setAmount(name: string, amount: number): Promise<Found> {
    return this.#note(name, "amount", amount);
  }

  setPolicy(name: string, policy: string): Promise<Found> {
    return this.#note(name, "policy", policy);
  }

  setEventsRequired(name: string, direction: "up" | "down", count: number): Promise<Found> {
    return this.#note(name, direction, count);
  }

  async #note(name: string, ...what: readonly unknown[]): Promise<Found> {
    const rule = this.find(name);
    if (rule.ok) this.asked.push([name, ...what]);
    return rule;
  }
}

export class FakeServices implements PublishedServices {
  readonly asked: (readonly unknown[])[] = [];

  list(): readonly PublishedDocument[] {
    return [{ name: "guardian", type: "service", config: { WINDOW_TIMELAPSE: 5 } }];
  }

  find(name: string): Found {
    return found(this.list(), name, "SC_SERVICE_UNKNOWN");
  }

  async setKeys(name: string, values: ReadonlyMap<string, unknown>): Promise<Found> {
    const service = this.find(name);
    if (service.ok) this.asked.push([name, Object.fromEntries(values)]);
    return service;
  }
}

function found(all: readonly PublishedDocument[], name: string, code: ApiProblem["code"]): Found {
  const one = all.find((each) => each.name === name);
  return one === undefined ? err({ code, detail: `nothing is called ${name}` }) : ok(one);
}
