import type { RealGroups } from "@sc/cgroup/testing";
import { cores, host } from "./large-host.ts";
import type { Subscriber, Wanted } from "./subscriber.ts";

/** The kernel keeps whole microseconds and pages. */
const rounding = 0.1;
const microsecondsPerShare = 1000;
const bytesPerMib = 1_048_576;

type Fields = ReadonlyMap<string, unknown>;

/**
 * Where ledger, state and kernel do not say the same, one line each: of every container what was asked for,
 * what its document says and what the kernel holds; of the host what the documents leave free, and what the
 * ledger has granted.
 */
export async function findDrift(
  subscriber: Subscriber,
  groups: RealGroups,
  wanted: readonly Wanted[],
): Promise<readonly string[]> {
  const documents = new Map<unknown, Fields>();
  for (const document of itemsOf(await read(subscriber, "/structure/")))
    documents.set(document.get("name"), document);
  const found: string[] = [];
  const check = (what: string, is: number, expected: number): void => {
    if (!(Math.abs(is - expected) <= rounding)) found.push(`${what}: ${is}, expected ${expected}`);
  };
  for (const { name, cpuShares, memMib } of wanted) {
    const document = documents.get(name);
    const path = `${groups.root}/${name}`;
    const quota = Number(groups.read("cpu", `${path}/cpu.cfs_quota_us`));
    const bytes = Number(groups.read("memory", `${path}/memory.limit_in_bytes`));
    check(`${name} cpu in the kernel`, quota / microsecondsPerShare, cpuShares);
    check(`${name} mem in the kernel`, bytes / bytesPerMib, memMib);
    check(`${name} cpu in its document`, currentOf(document, "cpu"), cpuShares);
    check(`${name} mem in its document`, currentOf(document, "mem"), memMib);
  }
  const subscribed = [...documents.values()].filter((one) => one.get("subtype") === "container");
  check("containers that are subscribed", subscribed.length, wanted.length);
  const held = wanted.reduce((sum, { cpuShares }) => sum + cpuShares, 0);
  const free = Number(fieldsOf(resourceOf(documents.get(host), "cpu")).get("free"));
  check("shares that the host has free", free, cores * 100 - held);
  check("cores that the ledger has granted", await grantedCores(subscriber), held / 100);
  return found;
}

/** Of the ledger, as the metrics tell. */
async function grantedCores(subscriber: Subscriber): Promise<number> {
  const { text } = await subscriber.ask("GET", "/metrics");
  return Number(/^sc_host_cpu_granted_cores\{[^}]*\} (\S+)$/m.exec(text)?.[1]);
}

async function read(subscriber: Subscriber, path: string): Promise<unknown> {
  const answer = await subscriber.ask("GET", path);
  return answer.status === 200 ? JSON.parse(answer.text) : undefined;
}

const resourceOf = (document: Fields | undefined, resource: string): unknown =>
  fieldsOf(document?.get("resources")).get(resource);

const currentOf = (document: Fields | undefined, resource: string): number =>
  Number(fieldsOf(resourceOf(document, resource)).get("current"));

const fieldsOf = (value: unknown): Fields =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);

const itemsOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.map(fieldsOf) : [];
