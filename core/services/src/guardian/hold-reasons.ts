import { type Outcome, reason } from "@sc/domain";

export const paused = reason("paused", "paused: measured, not decided about");

export const notGuarded: Outcome = {
  kind: "hold",
  reason: reason("resource-not-guarded", "guardedResources of guardian does not name it"),
};

export const gap = reason(
  "sampling-gap",
  "nobody looked for so long that the use since then says nothing",
);
export const quarantined = reason(
  "quarantined",
  "deciding for it failed: held until it starts anew or its settings change",
);
export const towardsSafeLimit = reason(
  "quarantined",
  "deciding for it failed: up to its safe limit",
);
