import type { Resource } from "@sc/contracts";
import { InvalidArgumentError } from "commander";

/** How the text of an argument becomes a value; what cannot be one is told before anything is asked. */
export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("not a number");
  return value;
}

export function wholeNumber(text: string): number {
  const value = decimal(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("not a whole number from 1");
  }
  return value;
}

/** Unix seconds that are smaller were most likely meant as an age. */
const unixSecondsMin = 100_000_000;

/** `90s`, `30m`, `1h`, `7d` before now, as the API says it, or Unix seconds. */
export function time(text: string): number | string {
  const age = /^-?(\d{1,8}[smhd])$/.exec(text)?.[1];
  if (age !== undefined) return `-${age}`;
  if (!/^\d{1,11}(\.\d{1,9})?$/.test(text)) {
    throw new InvalidArgumentError("not a time: 90s, 30m, 1h, 7d, or Unix seconds");
  }
  const seconds = Number(text);
  if (seconds < unixSecondsMin) {
    throw new InvalidArgumentError(`Unix seconds of long ago: for an age add s, m, h or d`);
  }
  return seconds;
}

/** A repeatable choice, each word once. */
export const oneMoreOf =
  <const Word extends string>(words: readonly Word[]) =>
  (text: string, before: readonly Word[] | undefined): readonly Word[] => {
    const word = words.find((known) => known === text);
    if (word === undefined) {
      throw new InvalidArgumentError(`allowed choices are ${words.join(", ")}`);
    }
    return [...new Set([...(before ?? []), word])];
  };

export const oneMore = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
];

/** Words of a list, joined by commas. */
export const wordsOf =
  <const Word extends string>(words: readonly Word[]) =>
  (text: string): readonly Word[] =>
    text.split(",").reduce<readonly Word[]>((before, word) => oneMoreOf(words)(word, before), []);

/** Named here so that a command line is read without loading the contracts. */
export const resourceNames = [
  "cpu",
  "mem",
  "disk_read",
  "disk_write",
  "net",
] as const satisfies readonly Resource[];
