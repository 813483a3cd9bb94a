import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "@sc/contracts";
import { problem } from "./problems.ts";

/** What of a request is looked at. */
interface Asked {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * Who may do what over TCP, where every user of the host can connect: anyone reads, only who knows
 * the token writes. The host's name in the request is checked, or a web page could point a name of
 * its own at this address and read through the visitor's browser; and its origin, or a page of
 * elsewhere could make that browser ask without end.
 */
export function refuseOverTcp(request: Asked, token: string): Problem | undefined {
  // Further routes on the same address may have it listen beyond loopback.
  if (!isOwnAddress(request.socket.remoteAddress ?? "")) {
    return problem("SC_PEER_NOT_ALLOWED", "over TCP the API answers to this host only");
  }
  const { host, origin } = request.headers;
  if (host === undefined || !isLoopback(host)) {
    const detail = "over TCP the API answers to 127.0.0.1, localhost and [::1] only";
    return problem("SC_HOST_NOT_ALLOWED", detail);
  }
  if (origin !== undefined && !isLoopback(origin.replace(/^https?:\/\//, ""))) {
    const detail = "over TCP the API answers to no page that comes from elsewhere";
    return problem("SC_ORIGIN_NOT_ALLOWED", detail);
  }
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  if (holdsToken(request.headers.authorization, token)) return undefined;
  const detail =
    "changes over TCP need the header authorization: Bearer TOKEN; the token is in the file " +
    "`token` of the state folder, and the unix socket needs none";
  return problem("SC_TOKEN_NEEDED", detail);
}

/** An IPv4 address is written as an IPv6 one where both are listened at. */
const isOwnAddress = (address: string): boolean =>
  /^((::ffff:)?127(\.\d{1,3}){3}|::1)$/i.test(address);

/** Also 127.0.0.2 and its like, at which the API may be told to listen: an address is no name. */
const isLoopback = (host: string): boolean =>
  /^(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d{1,5})?$/i.test(host);

function holdsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  // Digests have one length, whatever was sent, so the comparison takes one time.
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
