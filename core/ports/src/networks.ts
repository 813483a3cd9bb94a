import type { RestoreEntry, WriteRefusal } from "./cgroup.ts";

/**
 * What containers send and receive, and how much they may: on the host's side of their interfaces. Only
 * what leads to a container that was found is ever written, never the host's own.
 */
export interface Networks {
  /** The one interface that leads to those whose processes these are. */
  find(processIds: readonly number[]): Promise<InterfaceAnswer>;
  /** Of those that are there, by index; one look for all. */
  readUse(): ReadonlyMap<number, NetworkUse>;
  /** `undefined`: it is gone, or cannot be read. May be a second old, but never older than our own write. */
  readLimit(link: HostInterface): Promise<NetworkLimit | undefined>;
  /** Makes `limit` the limit of both directions: writes only what differs, and reads back. */
  writeLimit(link: HostInterface, limit: NetworkLimit): Promise<NetworkWriteOutcome>;
  /** Takes away what of ours outlived the interfaces it was made for; says what. */
  removeLeftOvers(): Promise<readonly string[]>;
  /** What puts the limit back with nothing but a shell, the same each way. */
  restoreEntry(link: HostInterface, mbit: number | null): RestoreEntry;
  /** The inverse; `undefined`: the entry is about something else. */
  limitOfEntry(link: HostInterface, entry: RestoreEntry): number | null | undefined;
}

export interface HostInterface {
  readonly name: string;
  /** Of the kernel: names are given anew, numbers are not. */
  readonly index: number;
}

export type InterfaceAnswer =
  | { readonly kind: "found"; readonly link: HostInterface }
  | {
      readonly kind: "not-limitable";
      readonly code: "host-network" | "no-interface" | "several-interfaces" | "unreadable";
      readonly text: string;
    }
  /** None of the processes is there any more. */
  | { readonly kind: "gone" };

/** As the container sees it, since the interface was made. What waits at the limit, or was lost there, was sent. */
export interface NetworkUse {
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** Of each direction, as the container sees it; `null` = no limit. */
export interface NetworkLimit {
  readonly receiveMbit: number | null;
  readonly sendMbit: number | null;
}

export type NetworkWriteOutcome =
  | { readonly kind: "applied" | "unchanged"; readonly limit: NetworkLimit }
  | { readonly kind: "refused"; readonly refusal: WriteRefusal }
  | { readonly kind: "gone" };
