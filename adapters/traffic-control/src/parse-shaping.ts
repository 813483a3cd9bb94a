import { countOf, fieldsOf, parseList, textOf } from "./parse-json.ts";

/** The handle of what is ours. */
export const ourHandle = "5cca:";
/** The number of our filter, by which it is told from others. */
export const ourPreference = 23_754;

/** What stands where packets leave through an interface. */
export type Egress =
  /** Nothing that anyone chose. */
  | { readonly kind: "default" }
  | { readonly kind: "ours"; readonly mbit: number }
  | { readonly kind: "foreign"; readonly what: string };

/** What stands where packets come in. */
export type Ingress =
  | { readonly kind: "none" }
  | {
      readonly kind: "ours";
      /** Our filter leads to our device, or to one that is gone, or there is none yet. */
      readonly filter: "leading" | "stale" | "none";
      /** Others have filters there too. */
      readonly isShared: boolean;
    }
  | { readonly kind: "foreign"; readonly what: string };

/** Of `tc -j qdisc show dev NAME`. */
export function parseEgress(text: string): Egress | undefined {
  const list = parseList(text);
  const found = list?.find(({ root }) => root === true);
  if (found === undefined) return list && { kind: "default" };
  const { kind, handle, options } = found;
  if (handle === "0:") return { kind: "default" };
  const [bytes] = fieldsOf(options).map(({ rate }) => countOf(rate));
  return kind === "tbf" && handle === ourHandle && bytes !== undefined
    ? { kind: "ours", mbit: (bytes * 8) / 1e6 }
    : { kind: "foreign", what: `${textOf(kind)} ${textOf(handle)}` };
}

/**
 * Of the same, and of `tc -j filter show dev NAME parent ffff:`. A place without any filter is ours where
 * our device is there already: it is made first.
 */
export function parseIngress(
  qdiscs: string,
  filters: string,
  device: { readonly name: string; readonly isThere: boolean },
): Ingress | undefined {
  const places = parseList(qdiscs);
  const list = parseList(filters);
  if (places === undefined || list === undefined) return undefined;
  const entrance = places.find(({ handle }) => handle === "ffff:");
  if (entrance === undefined) return { kind: "none" };
  const { kind } = entrance;
  const ours = list.filter(({ pref }) => pref === ourPreference);
  const isLeading = ours
    .flatMap(({ options }) => fieldsOf(options))
    .flatMap(({ actions }) => fieldsOf(actions))
    .some(({ to_dev }) => to_dev === device.name);
  const isShared = ours.length < list.length;
  const isOurs = kind === "ingress" && (ours.length > 0 || (device.isThere && !isShared));
  if (!isOurs) return { kind: "foreign", what: textOf(kind) };
  const filter = ours.length === 0 ? "none" : isLeading && device.isThere ? "leading" : "stale";
  return { kind: "ours", filter, isShared };
}

/** Whether there is a place for filters where packets come in, of `tc -j qdisc show dev NAME`. */
export const hasEntrance = (qdiscs: string): boolean =>
  parseList(qdiscs)?.some(({ handle }) => handle === "ffff:") === true;

/** Interfaces that carry a limit of ours, of `tc -j qdisc show`. */
export const parseLimited = (text: string): readonly string[] | undefined =>
  parseList(text)
    ?.filter(({ root, kind, handle }) => root === true && kind === "tbf" && handle === ourHandle)
    .map(({ dev }) => textOf(dev));
