/**
 * Chance that repeats: the same seed gives the same draws, bit for bit, on every machine.
 *
 * The generator is xoshiro128** (Blackman and Vigna, 2018: public domain): four words of state, no
 * allocation, quick in 32-bit arithmetic. A seed may be a text, so that every purpose gets a stream
 * of its own (`new Random(`${seed}/arrivals`)`) and a draw more in one leaves the others alone.
 */

import { invariant } from "@sc/domain";

export class Random {
  #first: number;
  #second: number;
  #third: number;
  #fourth: number;
  /** Of a pair of normal draws the one not handed out yet. */
  #spareNormal: number | undefined;
  /** A rate stays for many draws: what follows from it is computed once. */
  #poisson: PoissonDraw = poissonDraw(0);

  /** @param seed 1 and "1" are the same seed */
  constructor(seed: number | string) {
    const words = spreadWords(hashText(String(seed)));
    [this.#first, this.#second, this.#third, this.#fourth] = words;
  }

  /** Evenly in [0, 1), with 53 bits. */
  next(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  /** How many events happen where `mean` are expected. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (this.#poisson.mean !== mean) this.#poisson = poissonDraw(mean);
    const draw = this.#poisson;
    return mean < smallestLargeMean ? this.#byInversion(draw) : this.#byRejection(draw);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** With mean 0 and deviation 1, by Marsaglia's polar method. */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    let across: number;
    let up: number;
    let square: number;
    do {
      across = 2 * this.next() - 1;
      up = 2 * this.next() - 1;
      square = across * across + up * up;
    } while (square >= 1 || square === 0);
    const stretch = Math.sqrt((-2 * Math.log(square)) / square);
    this.#spareNormal = up * stretch;
    return across * stretch;
  }

  #word(): number {
    const result = Math.imul(rotate(Math.imul(this.#second, 5), 7), 9);
    const shifted = this.#second << 9;
    this.#third ^= this.#first;
    this.#fourth ^= this.#second;
    this.#second ^= this.#third;
    this.#first ^= this.#fourth;
    this.#third ^= shifted;
    this.#fourth = rotate(this.#fourth, 11);
    return result >>> 0;
  }

  /** Walks up the distribution from 0; costs as many steps as it draws. */
  #byInversion({ mean, ofNone }: PoissonDraw): number {
    let left = this.next();
    let chance = ofNone;
    let events = 0;
    while (left >= chance && events < mostOfSmallMean) {
      left -= chance;
      events += 1;
      chance *= mean / events;
    }
    return events;
  }

  /** Hörmann's transformed rejection with squeeze (PTRS, 1993): exact, about 1.2 tries a draw. */
  #byRejection({ mean, logMean, a, b, inverseAlpha, squeeze }: PoissonDraw): number {
    for (;;) {
      const u = this.next() - 0.5;
      const v = this.next();
      const us = 0.5 - Math.abs(u);
      const events = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= squeeze) return events;
      if (events < 0 || (us < 0.013 && v > us)) continue;
      const height = Math.log(v * inverseAlpha) - Math.log(a / (us * us) + b);
      if (height <= events * logMean - mean - logFactorial(events)) return events;
    }
  }
}

/** Where the walk from 0 gets dearer than a try of the rejection. */
const smallestLargeMean = 10;
/** No mean under 10 gives this many within what 53 bits can tell; ends a walk that rounding would
 * not. */
const mostOfSmallMean = 100;

interface PoissonDraw {
  readonly mean: number;
  readonly ofNone: number;
  readonly logMean: number;
  readonly a: number;
  readonly b: number;
  readonly inverseAlpha: number;
  readonly squeeze: number;
}

function poissonDraw(mean: number): PoissonDraw {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  return {
    mean,
    ofNone: Math.exp(-mean),
    logMean: Math.log(mean),
    a: -0.059 + 0.02483 * b,
    b,
    inverseAlpha: 1.1239 + 1.1328 / (b - 3.4),
    squeeze: 0.9277 - 3.6224 / (b - 2),
  };
}

/** Stirling's series; under 10 the product, where the series is not exact enough. */
function logFactorial(count: number): number {
  if (count < 10) {
    let product = 1;
    for (let factor = 2; factor <= count; factor += 1) product *= factor;
    return Math.log(product);
  }
  const x = count + 1;
  const square = x * x;
  const series = (1 / 12 - (1 / 360 - 1 / (1260 * square)) / square) / x;
  return (x - 0.5) * Math.log(x) - x + halfLogOfTwoPi + series;
}

const halfLogOfTwoPi = Math.log(2 * Math.PI) / 2;

/** FNV-1a: one word out of a text. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  return hash;
}

/** Four words that differ in every bit also for seeds that are alike (the steps of splitmix32). */
function spreadWords(hash: number): [number, number, number, number] {
  const word = (step: number) => {
    let mixed = (hash + Math.imul(step, 0x9e37_79b9)) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return mixed ^ (mixed >>> 15);
  };
  const words: [number, number, number, number] = [word(1), word(2), word(3), word(4)];
  invariant(
    words.some((each) => each !== 0),
    "a state of all zeros would stay zero for ever",
  );
  return words;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
