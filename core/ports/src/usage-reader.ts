import type { Resource, Result, WallSeconds } from "@sc/domain";

/** A store of series elsewhere that knows what containers use. */
export interface UsageReader {
  /** What it is asked for; of others it is not asked. */
  readonly resources: readonly Resource[];
  /** Answers in bounded time, sooner when it is called off, and never throws. */
  read(
    question: UsageReaderQuestion,
    signal: AbortSignal,
  ): Promise<Result<UsageReaderAnswer, UsageUnread>>;
}

export interface UsageReaderQuestion {
  readonly resource: Resource;
  readonly from: WallSeconds;
  readonly to: WallSeconds;
}

export interface UsageReaderAnswer {
  /** Mean over the time, in the resource's unit, by what the series call a container. */
  readonly used: ReadonlyMap<string, number>;
  /** Of how many containers something came that cannot be used: they have no value. */
  readonly unusable: number;
}

export interface UsageUnread {
  readonly text: string;
}
