import { resources } from "@sc/domain";

/** What a key takes: made of what was sent, which may be text; `undefined` = it is none. */
export interface KeyValues {
  /** For messages and the reference. */
  readonly expected: string;
  readonly read: (sent: unknown) => KeyValue | undefined;
}
export type KeyValue = boolean | number | string | readonly string[];

export const flag: KeyValues = {
  expected: "true or false",
  read: (sent) => {
    const text = typeof sent === "string" ? sent.trim().toLowerCase() : sent;
    if (text === true || text === "true") return true;
    return text === false || text === "false" ? false : undefined;
  },
};

export const numberFrom = (from: number, to: number): KeyValues => ({
  expected: `a number from ${from} to ${to}`,
  read: (sent) => {
    const number = numberOf(sent);
    return number !== undefined && number >= from && number <= to ? number : undefined;
  },
});

export const wholeNumberFrom = (from: number, to: number): KeyValues => ({
  expected: `a whole number from ${from} to ${to}`,
  read: (sent) => {
    const number = numberFrom(from, to).read(sent);
    return Number.isInteger(number) ? number : undefined;
  },
});

const textMaxLength = 200;

export const anyText: KeyValues = {
  expected: `a text of at most ${textMaxLength} characters`,
  read: (sent) => (typeof sent === "string" && sent.length <= textMaxLength ? sent : undefined),
};

export const oneOf = (...words: readonly string[]): KeyValues => ({
  expected: `one of ${words.join(", ")}`,
  read: (sent) => words.find((word) => word === sent),
});

/** Each once, in the order they come. */
export const listOf = (...words: readonly string[]): KeyValues => ({
  expected: `a list of ${words.join(", ")}`,
  read: (sent) => {
    if (!Array.isArray(sent)) return undefined;
    const known = sent.filter((each): each is string => words.includes(each));
    return known.length === sent.length ? [...new Set(known)] : undefined;
  },
});

const listMost = 100;

export const listOfTexts: KeyValues = {
  expected: `a list of at most ${listMost} texts`,
  read: (sent) => {
    if (!Array.isArray(sent) || sent.length > listMost) return undefined;
    const texts = sent.filter((each): each is string => anyText.read(each) !== undefined);
    return texts.length === sent.length ? texts : undefined;
  },
};

export const listOfResources: KeyValues = listOf(...resources, "energy");
export const listOfStructures: KeyValues = listOf("container", "application", "user");

/** Of a service that is not here: whatever the original would store. */
export const anything: KeyValues = {
  expected: "true or false, a number, a text or a list of texts",
  read: (sent) => flag.read(sent) ?? numberOf(sent) ?? anyText.read(sent) ?? listOfTexts.read(sent),
};

function numberOf(sent: unknown): number | undefined {
  const number = typeof sent === "string" ? numberInText(sent) : sent;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** An empty text is zero to JavaScript, and so is `0x0`. */
const numberInText = (text: string): number =>
  /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(text) ? Number(text) : Number.NaN;
