import {
  type Author,
  type ContainerId,
  type ContainerLimits,
  type CoreId,
  type CpuLimit,
  type LimitValue,
  parseStructureName,
  type Reason,
  type Resource,
  rateResources,
  resources,
  wallSeconds,
} from "@sc/domain";
import type { JournalEntry } from "@sc/ports";

/** The format of a line; a line of another version is not read. */
const version = 1;

export function formatLine(entry: JournalEntry, bootId: string): string {
  const { first, ...rest } = entry;
  // JSON has no undefined: a limit that could not be read is left out, and read back as left out.
  return `${JSON.stringify({ version, bootId, ...rest, first })}\n`;
}

/** `undefined` for what is not a whole line of this version: a line cut off by a crash, garbage. */
export function parseLine(
  line: string,
): { readonly bootId: string; readonly entry: JournalEntry } | undefined {
  const raw = parseObject(line);
  if (raw === undefined || raw.version !== version || typeof raw.bootId !== "string")
    return undefined;
  const entry = parseEntry(raw);
  return entry === undefined ? undefined : { bootId: raw.bootId, entry };
}

type Raw = Readonly<Record<string, unknown>>;

function parseObject(line: string): Raw | undefined {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function parseEntry(raw: Raw): JournalEntry | undefined {
  const { step, structure, id, resource, stamp } = raw;
  const group = asObject(raw.group);
  const first = parseLimits(asObject(raw.first));
  const wanted = parseLimitValue(asObject(raw.new));
  const old = raw.old === undefined ? undefined : parseLimitValue(asObject(raw.old));
  const author = asObject(raw.author);
  const reason = asObject(raw.reason);
  if (step !== "intended" && step !== "applied" && step !== "refused") return undefined;
  if (!isResource(resource)) return undefined;
  if (typeof structure !== "string" || typeof id !== "string" || typeof stamp !== "number")
    return undefined;
  if (typeof group?.path !== "string" || first === undefined || wanted === undefined)
    return undefined;
  if (typeof author?.name !== "string" || typeof reason?.text !== "string") return undefined;
  const name = parseStructureName(structure);
  if (!name.ok) return undefined;
  return {
    step,
    structure: name.value,
    id: id as ContainerId,
    group: { path: group.path },
    resource,
    first,
    old,
    new: wanted,
    // Only shown to people: whoever wrote the line knew the words of its version.
    author: author as unknown as Author,
    reason: reason as unknown as Reason,
    stamp: wallSeconds(stamp),
    ...parseCores(asObject(raw.cores)),
  };
}

/** What makes no sense is left out: whoever recovers finds cores anew. */
function parseCores(raw: Raw | undefined): Pick<JournalEntry, "cores"> {
  const { first, held } = raw ?? {};
  if (!Array.isArray(first) || !first.every(isCore) || !Array.isArray(held)) return {};
  const shares = held.flatMap((one: unknown) => {
    const { core, shares: amount } = asObject(one) ?? {};
    return isCore(core) && isFiniteNumber(amount) ? [{ core, shares: amount }] : [];
  });
  return { cores: { first, held: shares } };
}

function parseLimits(raw: Raw | undefined): ContainerLimits | undefined {
  if (raw === undefined) return undefined;
  const memMib = raw.memMib;
  return {
    cpu: parseCpuLimit(asObject(raw.cpu)),
    memMib: memMib === null || isFiniteNumber(memMib) ? memMib : undefined,
    ...parseRates(asObject(raw.rates)),
  };
}

/** What could not be read is left out, as it was when it was written. */
function parseRates(raw: Raw | undefined): Pick<ContainerLimits, "rates"> {
  if (raw === undefined) return {};
  const rates = rateResources.flatMap((resource) => {
    const amount = raw[resource];
    return amount === null || isFiniteNumber(amount) ? [[resource, amount] as const] : [];
  });
  return { rates: Object.fromEntries(rates) };
}

function parseLimitValue(raw: Raw | undefined): LimitValue | undefined {
  if (raw?.resource === "cpu") {
    const limit = parseCpuLimit(asObject(raw.limit));
    return limit === undefined ? undefined : { resource: "cpu", limit };
  }
  const rate = rateResources.find((each) => each === raw?.resource);
  if (rate !== undefined) {
    const amount = raw?.amount;
    return amount === null || isFiniteNumber(amount) ? { resource: rate, amount } : undefined;
  }
  const memMib = raw?.memMib;
  if (raw?.resource !== "mem" || !(memMib === null || isFiniteNumber(memMib))) return undefined;
  return { resource: "mem", memMib, ...(raw.isWaitedAt === true && { isWaitedAt: true }) };
}

function parseCpuLimit(raw: Raw | undefined): CpuLimit | undefined {
  if (raw === undefined) return undefined;
  const { quotaShares, burstShares, periodMs, weight } = raw;
  if (!(quotaShares === null || isFiniteNumber(quotaShares))) return undefined;
  if (!isFiniteNumber(burstShares) || !isFiniteNumber(periodMs) || !isFiniteNumber(weight))
    return undefined;
  return { quotaShares, burstShares, periodMs, weight };
}

const isResource = (value: unknown): value is Resource =>
  resources.some((resource) => resource === value);
const isCore = (value: unknown): value is CoreId => Number.isSafeInteger(value);
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);
const asObject = (value: unknown): Raw | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
