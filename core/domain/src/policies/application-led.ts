import { reason } from "../reason/reason.ts";
import type { Resource } from "../structure/resource.ts";
import type { Policy } from "./policy.ts";

/** The policy of what its application decides about: it asks for nothing by itself. */
export const applicationLed = (resource: Resource): Policy<undefined> => ({
  name: applicationLedName,
  resource,
  begin: () => undefined,
  decide: () => ({
    state: undefined,
    events: [],
    outcome: {
      kind: "hold",
      reason: reason("led-by-application", "its application decides how much it may use"),
    },
  }),
});

export const applicationLedName = "application";
