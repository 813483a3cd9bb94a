import { err, ok, type RuleDocument, type ServiceName } from "@sc/domain";
import type { ApiProblem, LiveDocuments, RuleView, SettingsUpdate, SettingsView } from "@sc/ports";

export const raise: RuleView = {
  name: "cpu_rescale_up",
  revision: 0,
  origin: "preset",
  rule: {
    kind: "request",
    name: "cpu_rescale_up",
    resource: "cpu",
    isActive: true,
    direction: "up",
    condition: { ">=": [{ var: "events.scale.up" }, 1] },
    rescale: { kind: "amount", amount: 75 },
    eventsToRemove: 1,
  },
};

const ownRule: RuleView = {
  name: "mine",
  revision: 4,
  origin: "own",
  rule: {
    kind: "event",
    name: "mine",
    resource: "mem",
    isActive: false,
    direction: "down",
    condition: true,
  },
};

const guardianPresets = {
  isActive: true,
  windowSeconds: null,
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  guardedResources: ["cpu", "mem", "disk_read", "disk_write", "net"],
} as const;
const guardian: SettingsView = {
  service: "guardian",
  revision: 2,
  values: { ...guardianPresets, noDataSeconds: 60 },
  presets: guardianPresets,
};
const agentPresets = {
  autoSeconds: 0.1,
  allSeconds: 1,
  reservePercent: 10,
  overcommit: 1,
  drift: "adopt",
  oomControl: false,
} as const;
const agent: SettingsView = {
  service: "node-agent",
  revision: 0,
  values: agentPresets,
  presets: agentPresets,
};

/** Two rules and two services, and a record of what was asked; what is put is not kept. */
export class FakeDocuments implements LiveDocuments {
  readonly asked: unknown[] = [];
  /** What the next change is refused with. */
  refusal: ApiProblem | undefined;

  rules() {
    return [raise, ownRule];
  }

  rule(name: string) {
    const found = this.rules().find((rule) => rule.name === name);
    return found === undefined
      ? err({ code: "SC_RULE_UNKNOWN" as const, detail: `no rule is called ${name}` })
      : ok(found);
  }

  async putRule(name: string, rule: RuleDocument, expectedRevision: number | undefined) {
    this.asked.push({ putRule: name, rule, expectedRevision });
    if (this.refusal !== undefined) return err(this.refusal);
    return ok({ name, revision: (expectedRevision ?? 0) + 1, origin: "own" as const, rule });
  }

  async removeRule(name: string, expectedRevision: number | undefined) {
    this.asked.push({ removeRule: name, expectedRevision });
    const found = this.rule(name);
    if (this.refusal !== undefined) return err(this.refusal);
    if (!found.ok) return found;
    return ok(found.value.origin === "own" ? undefined : found.value);
  }

  settings(): readonly SettingsView[] {
    return [agent, guardian];
  }

  settingsOf(service: string) {
    const found = this.settings().find((settings) => settings.service === service);
    return found === undefined
      ? err({ code: "SC_SERVICE_UNKNOWN" as const, detail: `no service is called ${service}` })
      : ok(found);
  }

  async updateSettings<Name extends ServiceName>(
    service: Name,
    update: SettingsUpdate<Name>,
    expectedRevision: number | undefined,
  ) {
    this.asked.push({ updateSettings: service, update, expectedRevision });
    return this.refusal === undefined ? this.settingsOf(service) : err(this.refusal);
  }
}
