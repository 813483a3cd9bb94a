/*
 * Whole numbers, small ones in few bits: Rice's code. Of each 64 numbers the one fitting number of low bits
 * is chosen, `k`; the rest of each number is written as ones.
 *
 *     noise as large as 2^k   k + 1.5 bits or so a number, near what its randomness needs
 *     64 zeros                6 bits together
 *     one that stands out     19 bits more than it has, and the others as if it were not there
 */
import type { BitReader, BitWriter } from "./bit-stream.ts";

const blockLength = 64;
const parameterBits = 6;
const allZeros = 63;
/** Numbers have at most so many bits. */
export const numberBitsMax = 53;
/** From so many ones on the number is written as it is, after its length. */
const onesMax = 12;
const lengthBits = 6;

export function writeNumbers(writer: BitWriter, numbers: Float64Array): void {
  for (let begin = 0; begin < numbers.length; begin += blockLength)
    writeBlock(writer, numbers.subarray(begin, begin + blockLength));
}

function writeBlock(writer: BitWriter, block: Float64Array): void {
  const lengths = countLengths(block);
  if (lengths[0] === block.length) {
    writer.write(allZeros, parameterBits);
    return;
  }
  const k = bestParameter(lengths);
  const unit = 2 ** k;
  writer.write(k, parameterBits);
  for (const number of block) {
    const ones = Math.floor(number / unit);
    if (ones >= onesMax) {
      const length = bitLength(number);
      writer.writeUnary(onesMax);
      writer.write(length, lengthBits);
      writer.writeLong(number, length);
    } else {
      writer.writeUnary(ones);
      writer.writeLong(number - ones * unit, k);
    }
  }
}

/** How many bits a number has. */
export function bitLength(number: number): number {
  if (number < 0x8000_0000) return 32 - Math.clz32(number);
  return 31 + bitLength(Math.floor(number / 0x8000_0000));
}

/** How many numbers there are of each length. */
function countLengths(block: Float64Array): Uint32Array {
  const lengths = new Uint32Array(numberBitsMax + 1);
  for (const number of block) {
    const length = bitLength(number);
    lengths[length] = (lengths[length] ?? 0) + 1;
  }
  return lengths;
}

function bestParameter(lengths: Uint32Array): number {
  const longest = lengths.findLastIndex((count) => count > 0);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < longest; k += 1) {
    let bits = 0;
    for (let length = 0; length <= longest; length += 1) {
      // In the middle of all numbers of this length.
      const ones = length === 0 ? 0 : Math.floor(1.5 * 2 ** (length - 1 - k));
      bits += (lengths[length] ?? 0) * (ones >= onesMax ? onesMax + lengthBits + length : k + ones);
    }
    if (bits < least) [best, least] = [k, bits];
  }
  return best;
}

export function readNumbers(reader: BitReader, count: number): Float64Array {
  const numbers = new Float64Array(count);
  for (let begin = 0; begin < count; begin += blockLength) {
    const k = reader.read(parameterBits);
    if (k === allZeros) continue;
    const unit = 2 ** k;
    const end = Math.min(count, begin + blockLength);
    for (let index = begin; index < end; index += 1) {
      const ones = reader.readUnary(onesMax);
      numbers[index] =
        ones === onesMax
          ? reader.readLong(Math.min(numberBitsMax, reader.read(lengthBits)))
          : ones * unit + reader.readLong(k);
    }
  }
  return numbers;
}
