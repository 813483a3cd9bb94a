import { Fields } from "../bodies/fields.ts";
import { numberOf, textOf, wholeNumberOf } from "../bodies/values.ts";
import { invalid } from "../errors.ts";
import { granted } from "../granted.ts";
import { changing, type PublishedRoute, reading } from "../published-route.ts";

const valueIn = (body: unknown): unknown => {
  const fields = new Fields(body, "the body");
  fields.require(["value"]);
  return fields.value("value");
};

function amountIn(body: unknown): number {
  const amount = numberOf(valueIn(body));
  if (amount === undefined) throw invalid("Invalid amount: it must be a number");
  return amount;
}

function policyIn(body: unknown): string {
  const policy = textOf(valueIn(body));
  if (policy === undefined) throw invalid("Invalid policy: it must be a text");
  return policy;
}

function eventsIn(body: unknown): { readonly direction: "up" | "down"; readonly count: number } {
  const fields = new Fields(body, "the body");
  const count = wholeNumberOf(fields.value("value"));
  if (count === undefined || count < 0) {
    throw invalid("Invalid amount: it must be a whole number, and not negative");
  }
  const direction = fields.value("event_type");
  if (direction === "up" || direction === "down") return { direction, count };
  throw invalid("Invalid type of events: it must be up or down");
}

export const ruleRoutes: readonly PublishedRoute[] = [
  reading("/rule/", (_, { rules }) => rules.list()),
  reading("/rule/<rule>", ({ parameters: { rule = "" } }, { rules }) => granted(rules.find(rule))),
  changing("/rule/<rule>/activate", async ({ parameters: { rule = "" } }, { rules }) =>
    granted(await rules.setActive(rule, true)),
  ),
  changing("/rule/<rule>/deactivate", async ({ parameters: { rule = "" } }, { rules }) =>
    granted(await rules.setActive(rule, false)),
  ),
  changing(
    "/rule/<rule>/amount",
    async ({ parameters: { rule = "" }, body }, { rules }) =>
      granted(await rules.setAmount(rule, amountIn(body))),
    { hasBody: true },
  ),
  changing(
    "/rule/<rule>/policy",
    async ({ parameters: { rule = "" }, body }, { rules }) =>
      granted(await rules.setPolicy(rule, policyIn(body))),
    { hasBody: true },
  ),
  changing(
    "/rule/<rule>/events_required",
    async ({ parameters: { rule = "" }, body }, { rules }) => {
      const { direction, count } = eventsIn(body);
      granted(await rules.setEventsRequired(rule, direction, count));
    },
    { hasBody: true },
  ),
];
