import type { ChildProcess } from "node:child_process";

/** The two containers of the demo, whatever runs them. */
export interface DemoContainers {
  readonly kind: "lxc" | "plain-cgroups";
  readonly names: readonly string[];
  /** `engines:` of the server's configuration: these two and nothing else. */
  readonly engines: Readonly<Record<string, unknown>>;
  /** Makes them, with a limit of so many shares, as their owner. */
  make(limitShares: number): Promise<void>;
  /** Starts a program of Node in one of them, with pipes. */
  spawn(name: string, args: readonly string[]): ChildProcess;
  /** Ends whatever runs in them and removes them; no matter how much of them is there. */
  remove(): Promise<void>;
}

export const periodUs = 100_000;
export const quotaUsOf = (shares: number): number => Math.round((shares / 100) * periodUs);
