import { err, ok, parseCpuList, type RateResource, type Result } from "@sc/domain";
import type { OwnersWish } from "@sc/ports";
import type { PartName } from "./container-object.ts";

/** What a body asks for. */
export interface RescalerWish {
  readonly limits: OwnersWish;
  readonly watts: number | undefined;
}

/** Part → what is wrong with it. */
export type PartFaults = Readonly<Partial<Record<PartName, { readonly error: string }>>>;

/** The published node agent's own, below which it refuses. */
const memMibLeast = 64;
/** More than any machine has of anything; keeps a number from losing its last digits. */
const most = 1e12;

type Fields = Readonly<Record<string, unknown>>;
type Read<T> = Result<T | undefined, string>;

/** Keys that nobody knows are ignored, as clients send more than is read. */
export function readWish(body: Fields, cores: readonly number[]): Result<RescalerWish, PartFaults> {
  const faults: Partial<Record<PartName, { error: string }>> = {};
  const read = <T>(part: PartName, parse: (fields: Fields) => Read<T>): T | undefined => {
    const given = body[part];
    if (given === undefined) return undefined;
    const parsed = isFields(given) ? parse(given) : err(`${part} is no object`);
    if (parsed.ok) return parsed.value;
    faults[part] = { error: parsed.error };
    return undefined;
  };
  const cpuShares = read("cpu", (fields) => readCpu(fields, cores));
  const memMib = read("mem", readMemory);
  const rates = Object.fromEntries(
    rateParts.flatMap(({ part, key }) => {
      const amount = read(part, (fields) => readRate(fields[key]));
      return amount === undefined ? [] : [[part, amount]];
    }),
  );
  const watts = read("energy", readEnergy);
  if (Object.keys(faults).length > 0) return err(faults);
  return ok({
    limits: {
      ...(cpuShares !== undefined && { cpuShares }),
      ...(memMib !== undefined && { memMib }),
      ...(Object.keys(rates).length > 0 && { rates }),
    },
    watts,
  });
}

const rateParts: readonly { readonly part: RateResource; readonly key: string }[] = [
  { part: "disk_read", key: "disk_read_limit" },
  { part: "disk_write", key: "disk_write_limit" },
  { part: "net", key: "net_limit" },
];

/** Which cores it is to run on must be cores of this host; where they are not its own, no cpuset is written. */
function readCpu(
  { cpu_allowance_limit, cpu_num }: Fields,
  cores: readonly number[],
): Read<number | null> {
  const named = readCores(cpu_num);
  if (!named.ok) return err(named.error.text);
  const strange = named.value.find((core) => !cores.includes(core));
  if (strange !== undefined) return err(`this host has no core ${strange}`);
  const shares = readNumber(cpu_allowance_limit);
  if (!shares.ok || shares.value === undefined) return shares;
  if (shares.value === 0 || shares.value === -1) return ok(null);
  return shares.value > 0 ? shares : err(`${shares.value} is no limit of cpu`);
}

/** One core may come as a number. */
function readCores(given: unknown): ReturnType<typeof parseCpuList> {
  if (given === undefined) return ok([]);
  if (typeof given === "string" || typeof given === "number") return parseCpuList(`${given}`);
  return err({ text: "cpu_num is no list of cores" });
}

function readMemory({ mem_limit }: Fields): Read<number | null> {
  const mib = readNumber(mem_limit);
  if (!mib.ok || mib.value === undefined) return mib;
  if (mib.value === -1) return ok(null);
  return mib.value >= memMibLeast ? mib : err("Memory limit is too low, less than 64 MB");
}

/** An empty text takes the limit away, as `-1` does. */
function readRate(given: unknown): Read<number | null> {
  const amount = given === "" ? ok(-1) : readNumber(given);
  if (!amount.ok || amount.value === undefined) return amount;
  if (amount.value === -1) return ok(null);
  return amount.value > 0 ? amount : err(`${amount.value} is no limit`);
}

function readEnergy({ energy_limit }: Fields): Read<number> {
  const watts = readNumber(energy_limit);
  if (!watts.ok || watts.value === undefined || watts.value >= 0) return watts;
  return err("Energy limit is too low, less than 0 W");
}

/** Numbers come as text too; in the words of the published node agent where one is none. */
function readNumber(given: unknown): Read<number> {
  if (given === undefined) return ok(undefined);
  const isText = typeof given === "string" && /^\s*[+-]?\d{1,15}(\.\d{1,6})?\s*$/.test(given);
  const number = isText ? Number(given) : given;
  if (typeof number === "number" && Math.abs(number) <= most) return ok(number);
  const shown = JSON.stringify(given).slice(0, 60);
  return err(`invalid literal for int() with base 10: ${shown}`);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
