/*
 * The other side of a module's thread: loads the module, keeps what it remembers of each structure, and
 * answers one question after another. It trusts the module no more than the other side does.
 */
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import {
  type Answer,
  faultLengthMax,
  type Question,
  reasonLengthMax,
  type ThreadData,
} from "./messages.ts";
import type { UserPolicy } from "./user-policy.ts";

/** So many structures are remembered; the one not asked about for longest begins anew. */
const remembered = 20_000;

interface Remembered {
  readonly run: number;
  state: unknown;
}

const { file, port, flag } = workerData as ThreadData;
const memory = new Map<string, Remembered>();

async function main(): Promise<void> {
  const policy = await load();
  port.on("message", (question: Question) => {
    port.postMessage(answer(policy, question));
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  });
  parentPort?.postMessage({ isReady: true });
}

async function load(): Promise<UserPolicy<unknown>> {
  const module: { readonly policy?: unknown } = await import(pathToFileURL(file).href);
  const { policy } = module;
  if (!isPolicy(policy)) throw new Error("it exports no `policy` with `begin` and `decide`");
  return policy;
}

const isPolicy = (value: unknown): value is UserPolicy<unknown> =>
  typeof value === "object" &&
  value !== null &&
  "begin" in value &&
  typeof value.begin === "function" &&
  "decide" in value &&
  typeof value.decide === "function";

function answer(policy: UserPolicy<unknown>, { run, input }: Question): Answer {
  try {
    const key = `${input.resource} ${input.structure}`;
    const known = memory.get(key);
    const of = known?.run === run ? known : { run, state: policy.begin(input.at) };
    const decision: unknown = policy.decide(of.state, input);
    if (typeof decision !== "object" || decision === null) throw new Error("it decided nothing");
    if ("then" in decision) throw new Error("it answered with a promise");
    if (!("state" in decision)) throw new Error("it answered without its state");
    of.state = decision.state;
    memory.delete(key);
    memory.set(key, of);
    if (memory.size > remembered) forgetOldest();
    return plain(decision);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { fault: text.slice(0, faultLengthMax) };
  }
}

function forgetOldest(): void {
  for (const key of memory.keys()) {
    memory.delete(key);
    return;
  }
}

/** Nothing large, and nothing but numbers and a text, crosses to the other side. */
function plain(decision: object): Answer {
  const { limit, cpu, reason } = decision as Readonly<Record<string, unknown>>;
  if (typeof reason !== "string" || reason === "") throw new Error("it answered without a reason");
  if (reason.length > reasonLengthMax) {
    throw new Error(
      `its reason has ${reason.length} characters, at most ${reasonLengthMax} may be`,
    );
  }
  return { ...numberAt("limit", limit), ...shapeAt(cpu), reason };
}

function numberAt<Key extends string>(key: Key, value: unknown): { [K in Key]?: number } {
  if (value === undefined) return {};
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new Error(`its ${key} is ${describe(value)}, no number`);
  }
  return { [key]: value } as { [K in Key]: number };
}

function shapeAt(cpu: unknown): { readonly cpu?: object } {
  if (cpu === undefined) return {};
  if (typeof cpu !== "object" || cpu === null) throw new Error("its cpu is no object");
  const { burstShares, periodMs, weight } = cpu as Readonly<Record<string, unknown>>;
  const shape = {
    ...numberAt("burstShares", burstShares),
    ...numberAt("periodMs", periodMs),
    ...numberAt("weight", weight),
  };
  return { cpu: shape };
}

const describe = (value: unknown): string =>
  typeof value === "number" ? String(value) : `a ${typeof value}`;

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  parentPort?.postMessage({ fault: text.slice(0, faultLengthMax) });
});
