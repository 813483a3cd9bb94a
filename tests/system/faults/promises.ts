/* What the words of `docs/operating/failure-modes.md` mean: how each is looked at on the real host. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiError } from "@sc/api-client";
import { eventually, firstLimit, type Limit, type Scene } from "../scene.ts";

/** Where the fault was made. */
export interface Struck {
  readonly scene: Scene;
  /** The container it is about. */
  readonly victim: string;
  /** The victim's limit when the fault was made, for what must not change. */
  readonly before?: Limit;
  /** Takes the cause away. */
  readonly mend?: () => void | Promise<void>;
}

/** Where an operator looks. */
export interface Seen {
  readonly scene: Pick<Scene, "server" | "changeCodes"> & Partial<Pick<Scene, "logLengthBefore">>;
  readonly victim: string;
}

export type WordCheck = (struck: Struck) => Promise<void>;

export const wordChecks: Readonly<Record<string, WordCheck>> = {
  "first limits back": async ({ scene }) => {
    await eventually("all first limits are back", () =>
      scene.containers.every((container) => container.isGone() || container.hasFirstLimit()),
    );
  },
  "successor knows": async ({ scene, victim }) => {
    await scene.server.start();
    const { cpu } = (await scene.server.api.structure(victim)).resources;
    assert.equal(cpu.first, 80);
    await eventually("it is scaled", () => scene.container(victim).isSqueezed());
    assert.deepEqual((await scene.server.api.release(victim)).released, [victim]);
    assert.deepEqual(scene.container(victim).limit(), firstLimit);
  },
  "still grows": async ({ scene, victim }) => {
    const container = scene.container(victim);
    container.work();
    await eventually("the one in need grows", () => container.isGrown());
  },
  "others go on": async ({ scene }) => {
    const other = scene.make(`bystander-${scene.containers.length}`);
    await eventually("another one is squeezed", () => other.isSqueezed());
    other.work();
    await eventually("another one grows", () => other.isGrown());
    await other.rest();
  },
  "no longer listed": async ({ scene, victim }) => {
    await eventually("it is not listed", async () =>
      (await scene.server.api.structures()).every(({ name }) => name !== victim),
    );
  },
  "limit stays": async ({ scene, victim, before }) => {
    assert.ok(before, "the proof says what the limit was");
    assert.deepEqual(scene.container(victim).limit(), before);
  },
  "scaled again": async ({ scene, victim, mend }) => {
    await mend?.();
    const container = scene.container(victim);
    await eventually("it is squeezed again", () => container.isSqueezed());
    container.work();
    await eventually("it grows again", () => container.isGrown());
    await container.rest();
  },
};

/** The health says it, or what was done with the container, or why nothing is. */
export async function isSeen(code: string, { scene, victim }: Seen): Promise<void> {
  const { api } = scene.server;
  await eventually(`${code} is told`, async () => {
    if (code === "SC_STRUCTURE_UNKNOWN")
      return (await codeOfAnswer(api.structure(victim))) === code;
    if (code.startsWith("SC_"))
      return (await api.health()).problems.some((one) => one.code === code);
    if ((await scene.changeCodes(victim)).includes(code)) return true;
    const requests = await api.requests({ structure: victim, limit: 100 });
    if (requests.some(({ held }) => held?.code === code)) return true;
    // It may have ended meanwhile.
    const explained = await api.explain(victim).catch(() => ({ resources: [] }));
    return explained.resources.some(({ brakes, decision }) =>
      [...brakes, decision].some((one) => one.code === code),
    );
  });
}

const codeOfAnswer = (answer: Promise<unknown>): Promise<string | undefined> =>
  answer.then(
    () => undefined,
    (error: ApiError) => error.code,
  );

/** The server's own log, or that of what puts limits back for it. */
export async function isToldInLog(text: string, { scene }: Seen): Promise<void> {
  const restoreLog = join(scene.server.runFolder, "sc-restore.log");
  await eventually(`a log says: ${text}`, () => {
    const restored = existsSync(restoreLog) ? readFileSync(restoreLog, "utf8") : "";
    const since = scene.server.log().slice(scene.logLengthBefore);
    return since.includes(text) || restored.includes(text);
  });
}
