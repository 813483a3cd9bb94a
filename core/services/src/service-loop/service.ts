/** A service starts, stops, fails and recovers alone. */
export interface Service {
  readonly name: string;
  start(): void;
  /** In bounded time; after it nothing of the service runs. */
  stop(): Promise<void>;
  health(): ServiceHealth;
}

export interface ServiceHealth {
  readonly status: "running" | "failing" | "stopped";
  /** The newest failure, with what it was about; absent when the last round went well. */
  readonly lastError: string | undefined;
}
