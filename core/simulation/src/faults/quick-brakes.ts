import { type BrakeSettings, defaultBrakeSettings } from "@sc/domain";

/** Short enough for a run of a minute to meet every brake. */
export const quickBrakes: BrakeSettings = {
  ...defaultBrakeSettings,
  learningSeconds: 4,
  settleSeconds: 3,
  shrinkWindowSeconds: 12,
  hostShrinksPerMinute: 60,
  hostShrinksPerMinuteAfterStart: 12,
  afterStartSeconds: 20,
  holdSeconds: 20,
};
