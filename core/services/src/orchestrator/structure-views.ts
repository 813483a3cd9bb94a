import {
  byResource,
  err,
  ok,
  parseStructureName,
  type Result,
  resources,
  type StructureName,
  type StructureSettings,
} from "@sc/domain";
import type {
  AgentContainerView,
  ApiProblem,
  Brakes,
  ChangeView,
  ContainerView,
  HostAgent,
  Recommendations,
} from "@sc/ports";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { containerView } from "./container-view.ts";
import type { History } from "./history.ts";

export interface StructureViewsDeps {
  readonly registry: Pick<StructureRegistry, "settingsOf" | "isPaused">;
  readonly agent: HostAgent;
  readonly brakes: Brakes;
  readonly recommendations: Recommendations;
  readonly history: History;
}

/** A container that runs, and what is in force for it. */
export interface Found {
  readonly container: AgentContainerView;
  readonly settings: StructureSettings;
}

/** Containers as people and programs see them, found by what they are called. */
export class StructureViews {
  readonly #deps: StructureViewsDeps;

  constructor(deps: StructureViewsDeps) {
    this.#deps = deps;
  }

  list(): readonly ContainerView[] {
    return this.#deps.agent.containers().flatMap((container) => {
      // Just found: the next question knows its settings.
      const settings = this.#deps.registry.settingsOf(container.facts.name);
      return settings === undefined ? [] : [this.view({ container, settings })];
    });
  }

  find(text: string): Result<Found, ApiProblem> {
    const name = parseStructureName(text);
    if (!name.ok) return err({ code: name.error.code, detail: name.error.message });
    const container = this.#deps.agent.container(name.value);
    const settings = this.#deps.registry.settingsOf(name.value);
    if (container === undefined || settings === undefined) {
      const detail = `no container called ${name.value} is running on ${this.#deps.agent.host}`;
      return err({ code: "SC_STRUCTURE_UNKNOWN", detail });
    }
    return ok({ container, settings });
  }

  /** The one that is named, or all that run. */
  targets(name: string | undefined): Result<readonly StructureName[], ApiProblem> {
    if (name === undefined) {
      return ok(this.#deps.agent.containers().map(({ facts }) => facts.name));
    }
    const found = this.find(name);
    return found.ok ? ok([found.value.container.facts.name]) : found;
  }

  view({ container, settings }: Found): ContainerView {
    const { agent, brakes, recommendations, registry } = this.#deps;
    const { name } = container.facts;
    return containerView({
      host: agent.host,
      container,
      settings,
      isPaused: registry.isPaused(name),
      brakes: brakes.brakesOf(name, "cpu"),
      lastChange: this.#newestChange(name),
      recommended: byResource((resource) => recommendations.recommendationOf(name, resource)),
    });
  }

  #newestChange(name: StructureName): ChangeView | undefined {
    const known = resources.flatMap(
      (resource) => this.#deps.history.lastChange(name, resource) ?? [],
    );
    return known.toSorted((a, b) => b.stamp - a.stamp)[0];
  }
}
