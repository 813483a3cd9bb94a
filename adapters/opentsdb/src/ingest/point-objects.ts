/**
 * Cuts a body into its points while it comes: a JSON array of objects, or one object. No body is kept
 * whole; a point that is cut by the end of a piece waits for the next one. What stands between two
 * braces is left to JSON.parse, for all points of a piece at once.
 */
const pointBytesMost = 4096;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** What may come next, outside of a point. */
type Place = "begin" | "first" | "point" | "separator" | "end";
const mayBegin: Readonly<Record<Place, boolean>> = {
  begin: true,
  first: true,
  point: true,
  separator: false,
  end: false,
};

export class PointObjects {
  #place: Place = "begin";
  #isList = false;
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  /** What has come of a point that is not at its end. */
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #fault: string | undefined;

  /** Why the body is no list of points; what came before stands, nothing after it is read. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** The values of the points that end in this piece, `undefined` for one that cannot be read. */
  feed(piece: Buffer): readonly unknown[] {
    if (this.#fault !== undefined) return [];
    const before = this.#rest.length;
    const bytes = before === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const spans = this.#scan(bytes, before);
    const begin = spans.length % 2 === 0 ? bytes.length : (spans.pop() ?? 0);
    this.#rest = Buffer.from(bytes.subarray(begin));
    if (this.#rest.length > pointBytesMost) {
      this.#fault ??= `a point has more than ${pointBytesMost} bytes`;
    }
    return parseAll(bytes, spans);
  }

  /** Begin and end of each point; the begin of one that does not end is the last. */
  #scan(bytes: Buffer, from: number): number[] {
    const spans = this.#depth > 0 ? [0] : [];
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.#depth > 0) {
        if (this.#endsWith(byte)) spans.push(at + 1);
      } else if (byte === openBrace && mayBegin[this.#place]) {
        spans.push(at);
        this.#depth = 1;
      } else if (!this.#between(byte)) {
        this.#fault = "the body is no JSON list of points";
        break;
      }
    }
    return spans;
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#place !== "end") this.#fault ??= "the body ends before its list does";
  }

  #between(byte: number): boolean {
    if (isBlank(byte)) return true;
    const place = this.#place;
    if (byte === openBracket && place === "begin") {
      this.#isList = true;
      this.#place = "first";
    } else if (byte === comma && place === "separator") this.#place = "point";
    else if (byte === closeBracket && (place === "first" || place === "separator")) {
      this.#place = "end";
    } else return false;
    return true;
  }

  /** Whether the point ends with this byte. */
  #endsWith(byte: number): boolean {
    if (this.#isText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) this.#isText = false;
      return false;
    }
    if (byte === quote) this.#isText = true;
    else if (byte === openBrace) this.#depth += 1;
    else if (byte === closeBrace) {
      this.#depth -= 1;
      if (this.#depth > 0) return false;
      this.#place = this.#isList ? "separator" : "end";
      return true;
    }
    return false;
  }
}

/** `spans` are the begins and ends of points in a row. */
function parseAll(bytes: Buffer, spans: readonly number[]): readonly unknown[] {
  if (spans.length === 0) return [];
  try {
    const all: unknown = JSON.parse(`[${bytes.toString("utf8", spans[0], spans.at(-1))}]`);
    if (Array.isArray(all) && all.length * 2 === spans.length) return all;
  } catch {
    // One of them cannot be read: each for itself.
  }
  const values: unknown[] = [];
  for (let index = 0; index < spans.length; index += 2) {
    values.push(parseOne(bytes.toString("utf8", spans[index], spans[index + 1])));
  }
  return values;
}

function parseOne(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller counts what is no point.
    return undefined;
  }
}
