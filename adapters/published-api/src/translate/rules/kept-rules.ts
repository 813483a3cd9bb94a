import type { PublishedDocument } from "../published-document.ts";

/**
 * Published rules that belong to services that are not here: they are answered, can be changed, and
 * nothing acts on them. Those of energy are upside down on purpose: an event up says "too much power".
 */
export const keptRules: readonly PublishedDocument[] = [
  {
    ...eventRule("energy_exceeded_upper", "up"),
    rule: { and: [{ ">": [structure("energy", "usage"), structure("energy", "max")] }] },
  },
  {
    ...eventRule("energy_dropped_lower_and_cpu_exceeded_upper", "down"),
    rule: {
      and: [
        { "<": [structure("energy", "usage"), upper("energy")] },
        { ">": [structure("cpu", "usage"), upper("cpu")] },
      ],
    },
  },
  {
    ...ruleOf("EnergyRescaleUp", "energy"),
    rule: { and: [{ ">=": [events("down"), 3] }, { "<=": [events("up"), 1] }] },
    generates: "requests",
    action: { requests: ["CpuRescaleUp"] },
    rescale_type: "up",
    rescale_policy: "proportional",
    amount: 20,
    events_to_remove: 3,
  },
  {
    ...ruleOf("EnergyRescaleDown", "energy"),
    rule: { and: [{ "<=": [events("down"), 1] }, { ">=": [events("up"), 4] }] },
    generates: "requests",
    action: { requests: ["CpuRescaleDown"] },
    rescale_type: "down",
    rescale_policy: "proportional",
    amount: -20,
    events_to_remove: 4,
  },
  {
    ...rebalancerRule("cpu_usage_low"),
    rule: {
      and: [
        { ">=": [{ "-": [structure("cpu", "current"), structure("cpu", "min")] }, 25] },
        { "<": [{ "/": [structure("cpu", "usage"), structure("cpu", "current")] }, 0.4] },
      ],
    },
  },
  {
    ...rebalancerRule("cpu_usage_high"),
    rule: {
      and: [
        { ">=": [{ "-": [structure("cpu", "max"), structure("cpu", "current")] }, 25] },
        { ">": [{ "/": [structure("cpu", "usage"), structure("cpu", "current")] }, 0.7] },
      ],
    },
  },
];

function ruleOf(name: string, resource: string): PublishedDocument {
  return { _id: name, name, type: "rule", resource, active: true };
}

function eventRule(name: string, direction: "up" | "down"): PublishedDocument {
  const action = { events: { scale: { [direction]: 1 } } };
  return { ...ruleOf(name, "energy"), generates: "events", action };
}

function rebalancerRule(name: string): PublishedDocument {
  return { ...ruleOf(name, "cpu"), active: false, generates: "", action: {} };
}

function structure(resource: string, field: string): unknown {
  return { var: `${resource}.structure.${resource}.${field}` };
}

function upper(resource: string): unknown {
  return { var: `${resource}.limits.${resource}.upper` };
}

function events(direction: "up" | "down"): unknown {
  return { var: `events.scale.${direction}` };
}
