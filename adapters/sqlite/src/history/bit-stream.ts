/** Bits to write at once; what is more is written in two. */
const bitsAtOnce = 24;
const halfRange = 2 ** bitsAtOnce;

/** Bits one after the other, the highest of each number first. */
export class BitWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  /** The lowest `bits` of `value`, at most 24. */
  write(value: number, bits: number): void {
    this.#pending = (this.#pending << bits) | value;
    this.#pendingBits += bits;
    if (this.#length + 4 > this.#bytes.length) this.#grow();
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      this.#bytes[this.#length] = this.#pending >>> this.#pendingBits;
      this.#length += 1;
    }
    this.#pending &= (1 << this.#pendingBits) - 1;
  }

  /** A whole number of up to 53 bits, not negative. */
  writeLong(value: number, bits: number): void {
    if (bits <= bitsAtOnce) {
      this.write(value, bits);
      return;
    }
    this.writeLong(Math.floor(value / halfRange), bits - bitsAtOnce);
    this.write(value % halfRange, bitsAtOnce);
  }

  /** So many ones and a zero. */
  writeUnary(count: number): void {
    let left = count;
    for (; left >= bitsAtOnce; left -= bitsAtOnce) this.write(halfRange - 1, bitsAtOnce);
    this.write(2 ** (left + 1) - 2, left + 1);
  }

  /** What was written, filled up to whole bytes. */
  finish(): Uint8Array {
    if (this.#pendingBits > 0) this.write(0, 8 - this.#pendingBits);
    return this.#bytes.slice(0, this.#length);
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

/** Reads what a `BitWriter` wrote. Behind the end there are zeros, and `isOverrun` says so. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;
  #pending = 0;
  #pendingBits = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOverrun(): boolean {
    // Up to four bytes are taken before they are asked for.
    return this.#position - (this.#pendingBits >>> 3) > this.#bytes.length;
  }

  read(bits: number): number {
    if (bits === 0) return 0;
    if (this.#pendingBits < bits) this.#fill();
    this.#pendingBits -= bits;
    return (this.#pending >>> this.#pendingBits) & (2 ** bits - 1);
  }

  readLong(bits: number): number {
    if (bits <= bitsAtOnce) return this.read(bits);
    const high = this.readLong(bits - bitsAtOnce);
    return high * halfRange + this.read(bitsAtOnce);
  }

  /** Number of ones up to the next zero, or `most` when there are more. */
  readUnary(most: number): number {
    let count = 0;
    while (count <= most) {
      if (this.#pendingBits === 0) this.#fill();
      const ones = Math.clz32(~(this.#pending << (32 - this.#pendingBits)));
      if (ones < this.#pendingBits) {
        this.#pendingBits -= ones + 1;
        return Math.min(most, count + ones);
      }
      count += this.#pendingBits;
      this.#pendingBits = 0;
    }
    return most;
  }

  #fill(): void {
    while (this.#pendingBits <= 24) {
      this.#pending = (this.#pending << 8) | (this.#bytes[this.#position] ?? 0);
      this.#position += 1;
      this.#pendingBits += 8;
    }
  }
}
