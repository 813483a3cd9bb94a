declare const clock: unique symbol;

/** Seconds of a clock that never steps back; only differences mean anything. */
export type MonotonicSeconds = number & { readonly [clock]: "monotonic" };

/** Seconds since 1970; for stamps people read, never for durations. */
export type WallSeconds = number & { readonly [clock]: "wall" };

export const monotonicSeconds = (seconds: number): MonotonicSeconds => seconds as MonotonicSeconds;
export const wallSeconds = (seconds: number): WallSeconds => seconds as WallSeconds;
