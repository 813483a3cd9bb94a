import { readFileSync, writeFileSync } from "node:fs";
import type { RealContainer } from "@sc/lxc/testing";
import { noBrakes, ServerUnderTest, until } from "@sc/server/testing";
import { type Accountant, kernelAccountant, serverAccountant } from "./accounts.ts";

/** What holds the container's limit while its program is loaded. */
export interface Arm {
  readonly name: string;
  /** In force when it resolves; what it holds is gone when it is disposed of. */
  begin(container: RealContainer): Promise<HeldArm>;
}

export interface HeldArm extends AsyncDisposable {
  readonly account: Accountant;
  /** Why the limit is as it is; empty where nobody decides. */
  explain(): Promise<string>;
}

const nobodyDecides = (): Promise<string> => Promise.resolve("");

export const unlimited: Arm = {
  name: "unlimited",
  begin(container) {
    return Promise.resolve({
      account: kernelAccountant(container, null),
      explain: nobodyDecides,
      [Symbol.asyncDispose]: () => Promise.resolve(mustBeUnlimited(container)),
    });
  },
};

/** What a person gives it who has seen what it uses at most. */
export const fixed = (limitShares: number): Arm => ({
  name: "fixed",
  begin(container) {
    writeQuota(container, String(Math.round((limitShares / 100) * periodUs)));
    return Promise.resolve({
      account: kernelAccountant(container, limitShares),
      explain: nobodyDecides,
      [Symbol.asyncDispose]: () => Promise.resolve(writeQuota(container, noQuota)),
    });
  },
});

/** What decides about a container in a scaled arm, which has the name of what decides about cpu. */
export interface Policies {
  readonly cpu: string;
  /** Without it memory is left alone. */
  readonly mem?: string;
}

/** The server with its defaults but for the brakes, and these policies. */
export const scaled = ({ cpu, mem }: Policies): Arm => ({
  name: cpu,
  async begin(container) {
    const { name } = container;
    const defaults = {
      cpu: { policy: cpu },
      ...(mem === undefined ? {} : { mem: { policy: mem } }),
    };
    const server = await ServerUnderTest.start({
      configuration: { engines: { lxc: { names: [name] } }, brakes: noBrakes, defaults },
    });
    try {
      const isFound = async () => (await server.api.structures()).some((one) => one.name === name);
      await until("the container is found", isFound, 20);
      const resources = mem === undefined ? ["cpu" as const] : ["cpu" as const, "mem" as const];
      await server.api.setMode(name, { mode: "auto", resources });
    } catch (error) {
      await server.close();
      throw error;
    }
    return {
      account: serverAccountant(server.api, name, mem !== undefined),
      explain: async () => (await server.api.explain(name)).summary,
      async [Symbol.asyncDispose]() {
        await server.close();
        mustBeUnlimited(container);
      },
    };
  },
});

const periodUs = 100_000;
const noQuota = "-1";
const quotaFile = (container: RealContainer): string => container.cpuFile("cpu.cfs_quota_us");
const writeQuota = (container: RealContainer, quota: string): void =>
  writeFileSync(quotaFile(container), quota, { flag: "r+" });

/** A limit left behind would be measured as the next arm's. */
function mustBeUnlimited(container: RealContainer): void {
  const quota = readFileSync(quotaFile(container), "utf8").trim();
  if (quota !== noQuota) throw new Error(`a quota of ${quota} µs was left behind`);
}
