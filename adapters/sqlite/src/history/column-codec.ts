/*
 * One column of a chunk: first what each value is (a number, not known, no limit), then the numbers. A number
 * is scaled to a whole one and written as its difference from what was to be expected; of several ways to
 * expect it the one is taken that needs the fewest bits. Numbers too large to be scaled are written as they are.
 */
import type { BitReader, BitWriter } from "./bit-stream.ts";
import {
  numberMax,
  type Prediction,
  toSigned,
  toUnsigned,
  type Walk,
  walkColumn,
} from "./predictor.ts";
import { bitLength, numberBitsMax, readNumbers, writeNumbers } from "./rice.ts";

export interface ColumnSpec {
  /** Steps within one unit. */
  readonly scale: number;
  /** How fast the numbers grow where they are the integral of a gauge; NaN = not known. */
  readonly growth: Float64Array | undefined;
  readonly times: Float64Array;
  /** The same times by another clock, which may fit better. */
  readonly ownTimes: Float64Array | undefined;
}

/** One way to expect the numbers. */
interface Form {
  readonly prediction: Prediction;
  readonly isByOwnTimes: boolean;
}

/** Those that know no time need no other clock. */
const forms: readonly Form[] = [
  { prediction: "same", isByOwnTimes: false },
  { prediction: "level", isByOwnTimes: false },
  ...(["rate", "smooth-rate", "integral"] as const).flatMap((prediction) => [
    { prediction, isByOwnTimes: false },
    { prediction, isByOwnTimes: true },
  ]),
];

/** What a value is; of a whole column also: some of this, some of that. */
const kindBits = 2;
const isNumber = 0;
const isMissing = 1;
const isUnlimited = 2;
const isMixed = 3;

const formBits = 4;
const asTheyAre = forms.length;

export function writeColumn(writer: BitWriter, values: Float64Array, spec: ColumnSpec): void {
  const kinds = Uint8Array.from(values, kindOf);
  const first = kinds[0] ?? isNumber;
  const isOneKind = kinds.every((kind) => kind === first);
  writer.write(isOneKind ? first : isMixed, kindBits);
  if (!isOneKind) for (const kind of kinds) writer.write(kind, kindBits);
  const places = placesOf(kinds);
  if (places.length > 0) writeValues(writer, pickAll(values, places), specAt(spec, places));
}

export function readColumn(reader: BitReader, count: number, spec: ColumnSpec): Float64Array {
  const kind = reader.read(kindBits);
  if (kind === isNumber && count > 0) return readValues(reader, spec);
  const kinds = new Uint8Array(count).fill(kind);
  if (kind === isMixed)
    for (let index = 0; index < count; index += 1) kinds[index] = reader.read(kindBits);
  const values = new Float64Array(count);
  for (let index = 0; index < count; index += 1)
    values[index] = kinds[index] === isUnlimited ? Number.POSITIVE_INFINITY : Number.NaN;
  const places = placesOf(kinds);
  if (places.length === 0) return values;
  const numbers = readValues(reader, specAt(spec, places));
  if (places.length === count) return numbers;
  places.forEach((place, index) => {
    values[place] = numbers[index] ?? Number.NaN;
  });
  return values;
}

function kindOf(value: number): number {
  if (Number.isFinite(value)) return isNumber;
  return value === Number.POSITIVE_INFINITY ? isUnlimited : isMissing;
}

/** Where the numbers are. */
function placesOf(kinds: Uint8Array): Uint32Array {
  const places = new Uint32Array(kinds.length);
  let count = 0;
  kinds.forEach((kind, index) => {
    if (kind !== isNumber) return;
    places[count] = index;
    count += 1;
  });
  return places.subarray(0, count);
}

const pickAll = (values: Float64Array, places: Uint32Array): Float64Array =>
  places.length === values.length
    ? values
    : Float64Array.from(places, (place) => values[place] ?? Number.NaN);

const specAt = (spec: ColumnSpec, places: Uint32Array): ColumnSpec => {
  const { scale, growth, times, ownTimes } = spec;
  return {
    scale,
    ownTimes: ownTimes && pickAll(ownTimes, places),
    times: pickAll(times, places),
    growth: growth && pickAll(growth, places),
  };
};

const isSmall = (number: number): boolean => Math.abs(number) <= numberMax;

/** The values as `readColumn` will have them. */
export function asRead(values: Float64Array, scale: number): Float64Array {
  const numbers = values.map((value) => Math.round(value * scale));
  const areScaled = numbers.every(
    (number, index) => isSmall(number) || !Number.isFinite(values[index]),
  );
  return areScaled ? numbers.map((number) => number / scale) : values;
}

function writeValues(writer: BitWriter, values: Float64Array, spec: ColumnSpec): void {
  const numbers = values.map((value) => Math.round(value * spec.scale));
  if (!numbers.every(isSmall)) {
    writer.write(asTheyAre, formBits);
    const view = new DataView(new ArrayBuffer(8));
    for (const value of values) {
      view.setFloat64(0, value);
      writer.writeLong(view.getUint32(0), 32);
      writer.writeLong(view.getUint32(4), 32);
    }
    return;
  }
  const [form, differences] = bestForm(numbers, spec);
  writer.write(form, formBits);
  writer.writeLong(toUnsigned(numbers[0] ?? 0), numberBitsMax);
  writeNumbers(writer, differences);
}

function readValues(reader: BitReader, spec: ColumnSpec): Float64Array {
  const count = spec.times.length;
  const values = new Float64Array(count);
  const form = reader.read(formBits);
  const known = forms[form];
  if (known === undefined) {
    const view = new DataView(new ArrayBuffer(8));
    for (let index = 0; index < count; index += 1) {
      view.setUint32(0, reader.readLong(32));
      view.setUint32(4, reader.readLong(32));
      values[index] = view.getFloat64(0);
    }
    return values;
  }
  values[0] = toSigned(reader.readLong(numberBitsMax));
  const differences = readNumbers(reader, count - 1);
  walkColumn(
    walkOf(known, spec, { numbers: values, differences, direction: "to-numbers" }),
    known.prediction,
  );
  const { scale } = spec;
  for (let index = 0; index < count; index += 1) values[index] = (values[index] ?? 0) / scale;
  return values;
}

/** The way to expect the numbers that leaves the smallest differences, and these, unsigned. */
function bestForm(numbers: Float64Array, spec: ColumnSpec): [form: number, Float64Array] {
  let best: [number, Float64Array] = [0, new Float64Array()];
  let least = Number.POSITIVE_INFINITY;
  forms.forEach((form, index) => {
    if (form.prediction === "integral" && spec.growth === undefined) return;
    if (form.isByOwnTimes && spec.ownTimes === undefined) return;
    const differences = new Float64Array(Math.max(0, numbers.length - 1));
    walkColumn(
      walkOf(form, spec, { numbers, differences, direction: "to-differences" }),
      form.prediction,
    );
    let bits = 0;
    for (const difference of differences) bits += bitLength(difference);
    if (bits < least) [best, least] = [[index, differences], bits];
  });
  return best;
}

const walkOf = (
  { isByOwnTimes }: Form,
  { ownTimes, times, growth }: ColumnSpec,
  column: Pick<Walk, "numbers" | "differences" | "direction">,
): Walk => ({ ...column, times: (isByOwnTimes ? ownTimes : undefined) ?? times, growth });
