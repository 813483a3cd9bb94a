/** What a container would compute if nothing held it back. */
export interface Demand {
  /** Threads that can run at the same time: the most cores it can use. */
  readonly threads: number;
  /** Work that becomes due in this stretch of time, in core-seconds; called once for each, in order. */
  dueCoreSeconds(stretch: DemandStretch): number;
}

export interface DemandStretch {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** What became due before and is not done. */
  readonly backlogCoreSeconds: number;
}

export const idle: Demand = { threads: 0, dueCoreSeconds: () => 0 };

/** Uses all it gets, on `threads` cores, for ever. */
export const hog = (threads: number): Demand => ({
  threads,
  dueCoreSeconds: ({ backlogCoreSeconds }) =>
    backlogCoreSeconds === 0 ? Number.POSITIVE_INFINITY : 0,
});

/** The same share of a core all the time; what is held back stays due. */
export const steady = (cores: number): Demand => ({
  threads: Math.ceil(cores),
  dueCoreSeconds: ({ fromSeconds, toSeconds }) => cores * (toSeconds - fromSeconds),
});

/**
 * An amount of work at the beginning of each interval, the amounts taken in turn: 15 and 75 ms every
 * 100 ms is `pulses({ everySeconds: 0.1, coreSeconds: [0.015, 0.075] })`.
 */
export function pulses(options: {
  readonly everySeconds: number;
  readonly coreSeconds: readonly number[];
  readonly threads?: number;
}): Demand {
  const { everySeconds, coreSeconds } = options;
  // A pulse is due in the stretch that holds its moment; the slack keeps rounding from losing one.
  const pulsesBefore = (seconds: number): number => Math.ceil(seconds / everySeconds - 1e-6);
  return {
    threads: options.threads ?? 1,
    dueCoreSeconds: ({ fromSeconds, toSeconds }) => {
      let due = 0;
      for (let index = pulsesBefore(fromSeconds); index < pulsesBefore(toSeconds); index += 1) {
        due += coreSeconds[index % coreSeconds.length] ?? 0;
      }
      return due;
    },
  };
}
