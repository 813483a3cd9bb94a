/** How fast limits may be lowered, whatever a policy asks for. Raises are never braked. */
export interface BrakeSettings {
  /** Seconds a container is watched before its first shrink; ≥ 0, default 300. */
  readonly learningSeconds: number;
  /** Seconds after a growth in which nothing is taken back; ≥ 0, default 10. */
  readonly settleSeconds: number;
  /** The most one shrink may take, in percent of the limit; 0 to 100, default 30. */
  readonly shrinkAtOncePercent: number;
  /** The most all shrinks of one window may take from its highest limit; 0 to 100, default 50. */
  readonly shrinkPerWindowPercent: number;
  /** Length of that sliding window in seconds; > 0, default 600. */
  readonly shrinkWindowSeconds: number;
  /** Shrinks per host and minute; ≥ 0, default 60. */
  readonly hostShrinksPerMinute: number;
  /** The same in the time after a start, when a wrong setting would do most harm; default 10. */
  readonly hostShrinksPerMinuteAfterStart: number;
  /** How long after a start that holds, in seconds; ≥ 0, default 600. */
  readonly afterStartSeconds: number;
  /** Refusals by the kernel in a row after which shrinks are held; ≥ 1, default 2. */
  readonly refusalsToHold: number;
  /** For how long shrinks are held after refusals or a restart, in seconds; ≥ 0, default 600. */
  readonly holdSeconds: number;
}

export const defaultBrakeSettings: BrakeSettings = {
  learningSeconds: 300,
  settleSeconds: 10,
  shrinkAtOncePercent: 30,
  shrinkPerWindowPercent: 50,
  shrinkWindowSeconds: 600,
  hostShrinksPerMinute: 60,
  hostShrinksPerMinuteAfterStart: 10,
  afterStartSeconds: 600,
  refusalsToHold: 2,
  holdSeconds: 600,
};
