import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { type AddressList, isLoopback } from "./address-list.ts";

export interface PeerRules {
  /** Who may ask besides this host. */
  readonly allow: AddressList;
  /** Names of this host with a dot in them, as requests may give them. */
  readonly hostNames: ReadonlySet<string>;
  /** Where the configuration says who may. */
  readonly allowKey?: string;
}

/** What of a request is looked at. */
interface Asked {
  readonly headers: Pick<IncomingHttpHeaders, "host" | "origin">;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

export interface PeerRefusal {
  readonly code: "SC_PEER_NOT_ALLOWED" | "SC_HOST_NOT_ALLOWED" | "SC_ORIGIN_NOT_ALLOWED";
  readonly message: string;
}

/**
 * Who may ask where no client has a token. What remains to be kept off is a browser of somebody who
 * may: its pages come with an origin, or, when a name of theirs was pointed at this address, with that
 * name as the host. Such a name has a dot; addresses and the plain names of a cluster are no page's.
 */
export function refusePeer(request: Asked, rules: PeerRules): PeerRefusal | undefined {
  const peer = request.socket.remoteAddress ?? "";
  if (!isLoopback(peer) && !rules.allow.has(peer)) {
    const { allowKey = "compatibility.allow" } = rules;
    const message = `${peer} may not use these routes: ${allowKey} does not name it`;
    return { code: "SC_PEER_NOT_ALLOWED", message };
  }
  const { host, origin } = request.headers;
  if (origin !== undefined) {
    return { code: "SC_ORIGIN_NOT_ALLOWED", message: "these routes answer no web page" };
  }
  if (host !== undefined && !isOwnName(host, rules.hostNames)) {
    const message = "this name is not in compatibility.hostNames; ask at an address, or add it";
    return { code: "SC_HOST_NOT_ALLOWED", message };
  }
  return undefined;
}

function isOwnName(host: string, hostNames: ReadonlySet<string>): boolean {
  const name = host.replace(/:\d{1,5}$/, "").toLowerCase();
  const isPlain = /^[a-z0-9_-]+$/.test(name);
  return isPlain || isIP(name.replace(/^\[|\]$/g, "")) > 0 || hostNames.has(name);
}
