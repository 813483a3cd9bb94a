import { countOf, fieldsOf, parseList, textOf } from "./parse-json.ts";

/** The handle of what is ours. */
export const ourHandle = "5cca:";
/** The number of our filter, by which it is told from others. */
export const ourPreference = 23_754;

/** What stands in one place of an interface. */
export interface Qdisc {
  readonly kind: string;
  readonly handle: string;
  /** Where packets leave. */
  readonly isRoot: boolean;
  readonly rateBytes: number | undefined;
}

/** Of `tc -j qdisc show`, by interface; where one was asked for, tc does not name it: `""`. */
export function parseQdiscs(text: string): ReadonlyMap<string, readonly Qdisc[]> | undefined {
  const list = parseList(text);
  if (list === undefined) return undefined;
  const byName = new Map<string, Qdisc[]>();
  for (const { dev, kind, handle, root, options } of list) {
    const name = textOf(dev);
    const qdiscs = byName.get(name) ?? [];
    const [rateBytes] = fieldsOf(options).map(({ rate }) => countOf(rate));
    qdiscs.push({ kind: textOf(kind), handle: textOf(handle), isRoot: root === true, rateBytes });
    byName.set(name, qdiscs);
  }
  return byName;
}

/** What stands where packets leave through an interface. */
export type Egress =
  /** Nothing that anyone chose. */
  | { readonly kind: "default" }
  | { readonly kind: "ours"; readonly mbit: number }
  | { readonly kind: "foreign"; readonly what: string };

export function egressOf(qdiscs: readonly Qdisc[]): Egress {
  const root = qdiscs.find(({ isRoot }) => isRoot);
  if (root === undefined || root.handle === "0:") return { kind: "default" };
  const { kind, handle, rateBytes } = root;
  return kind === "tbf" && handle === ourHandle && rateBytes !== undefined
    ? { kind: "ours", mbit: (rateBytes * 8) / 1e6 }
    : { kind: "foreign", what: `${kind} ${handle}` };
}

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

export const entranceOf = (qdiscs: readonly Qdisc[]): Qdisc | undefined =>
  qdiscs.find(({ handle }) => handle === "ffff:");

/**
 * `filters`: of `tc -j filter show dev NAME parent ffff:`. A place without any filter is ours where our
 * device is there already: it is made first.
 */
export function ingressOf(
  entrance: Qdisc | undefined,
  filters: string,
  device: { readonly name: string; readonly isThere: boolean },
): Ingress | undefined {
  const list = parseList(filters);
  if (list === undefined) return undefined;
  if (entrance === undefined) return { kind: "none" };
  const ours = list.filter(({ pref }) => pref === ourPreference);
  const isLeading = ours
    .flatMap(({ options }) => fieldsOf(options))
    .flatMap(({ actions }) => fieldsOf(actions))
    .some(({ to_dev }) => to_dev === device.name);
  const isShared = ours.length < list.length;
  const isOurs = entrance.kind === "ingress" && (ours.length > 0 || (device.isThere && !isShared));
  if (!isOurs) return { kind: "foreign", what: entrance.kind };
  const filter = ours.length === 0 ? "none" : isLeading && device.isThere ? "leading" : "stale";
  return { kind: "ours", filter, isShared };
}
