import type { HostInterface, NetworkUse } from "@sc/ports";
import { countOf, fieldsOf, parseList, textOf } from "./parse-json.ts";

/** One end of a pair, whose other end is in another namespace. */
export interface PairEnd extends HostInterface {
  /** How this host numbers that namespace. */
  readonly namespaceId: number;
}

/** Of `ip -j -d link show type veth`. */
export const parsePairEnds = (text: string): readonly PairEnd[] | undefined =>
  parseList(text)?.flatMap(({ linkinfo, ifname, ifindex, link_netnsid }) => {
    const name = textOf(ifname);
    const index = countOf(ifindex);
    const namespaceId = countOf(link_netnsid);
    const [kind] = fieldsOf(linkinfo).map(({ info_kind }) => info_kind);
    if (kind !== "veth" || index === undefined || namespaceId === undefined) return [];
    return isPlainName(name) ? [{ name, index, namespaceId }] : [];
  });

/** Of `ip -j link show`. */
export const parseLinks = (text: string): readonly HostInterface[] | undefined =>
  parseList(text)?.flatMap(({ ifname, ifindex }) => {
    const index = countOf(ifindex);
    return index === undefined ? [] : [{ name: textOf(ifname), index }];
  });

/**
 * The kernel takes nearly anything for a name; what could be taken for an option, or for two words, is
 * never handed to a program.
 */
const isPlainName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}$/.test(name);

/** Of `lsns -J -t net -o NS,NETNSID`: namespace → how this host numbers it, where it does. */
export function parseNamespaces(text: string): ReadonlyMap<string, number> | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const namespaces = new Map<string, number>();
  const listed = fieldsOf(answer).flatMap(({ namespaces: list }) => fieldsOf(list));
  for (const { ns, netnsid } of listed) {
    const id = /^\d{1,9}$/.test(String(netnsid)) ? Number(netnsid) : undefined;
    if (id !== undefined) namespaces.set(String(ns), id);
  }
  return namespaces;
}

const counterLine = /^ *([^\s:]+): *(\d{1,20})(?: +\d+){7} +(\d{1,20})(?: +\d+){7} *$/gm;

/** Of /proc/net/dev, by name: what the host received through it the container sent. */
export const parseCounters = (text: string): ReadonlyMap<string, NetworkUse> =>
  new Map(
    [...text.matchAll(counterLine)].map(([, name = "", received, sent]) => [
      name,
      { bytesReceived: Number(sent), bytesSent: Number(received) },
    ]),
  );
