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
}

export const unlimited: Arm = {
  name: "unlimited",
  begin(container) {
    return Promise.resolve({
      account: kernelAccountant(container, null),
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
      [Symbol.asyncDispose]: () => Promise.resolve(writeQuota(container, noQuota)),
    });
  },
});

/** The server with its defaults but for the brakes, and this policy. */
export const scaled = (policy: string): Arm => ({
  name: policy,
  async begin(container) {
    const { name } = container;
    const server = await ServerUnderTest.start({
      configuration: { engines: { lxc: { names: [name] } }, brakes: noBrakes },
    });
    try {
      const isFound = async () => (await server.api.structures()).some((one) => one.name === name);
      await until("the container is found", isFound, 20);
      await server.api.setMode(name, { mode: "auto" });
    } catch (error) {
      await server.close();
      throw error;
    }
    return {
      account: serverAccountant(server.api, name),
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
