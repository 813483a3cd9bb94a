import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AddressList } from "./address-list.ts";
import { type PeerRules, refusePeer } from "./refuse-peer.ts";

const rules: PeerRules = {
  allow: new AddressList(["10.0.0.0/8"]),
  hostNames: new Set(["node.example.org"]),
};

interface Row {
  readonly what: string;
  readonly peer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: string | undefined;
}

const rows: readonly Row[] = [
  { what: "of this host", code: undefined },
  { what: "of this host, over IPv6", peer: "::1", code: undefined },
  { what: "that is allowed", peer: "::ffff:10.1.2.3", code: undefined },
  { what: "of nobody knows where", peer: "", code: "SC_PEER_NOT_ALLOWED" },
  { what: "that is not allowed", peer: "192.0.2.1", code: "SC_PEER_NOT_ALLOWED" },
  {
    what: "that says it is this host",
    peer: "192.0.2.1",
    headers: { host: "127.0.0.1:5000", "x-forwarded-for": "127.0.0.1" },
    code: "SC_PEER_NOT_ALLOWED",
  },
  { what: "asking at an address", headers: { host: "10.0.0.1:5000" }, code: undefined },
  { what: "asking at an IPv6 address", headers: { host: "[fd00::1]:5000" }, code: undefined },
  { what: "asking at a plain name", headers: { host: "orchestrator:5000" }, code: undefined },
  { what: "asking at a name of this host", headers: { host: "Node.Example.org" }, code: undefined },
  {
    what: "asking at a name that somebody pointed here",
    headers: { host: "evil.example:5000" },
    code: "SC_HOST_NOT_ALLOWED",
  },
  {
    what: "from a page of elsewhere",
    headers: { host: "127.0.0.1:5000", origin: "http://evil.example" },
    code: "SC_ORIGIN_NOT_ALLOWED",
  },
  { what: "from a page of a file", headers: { origin: "null" }, code: "SC_ORIGIN_NOT_ALLOWED" },
];

describe("a client", () => {
  for (const { what, peer = "127.0.0.1", headers = {}, code } of rows) {
    test(`${what} is ${code === undefined ? "answered" : `refused: ${code}`}`, () => {
      const request = { headers, socket: { remoteAddress: peer } };
      assert.equal(refusePeer(request, rules)?.code, code);
    });
  }
});
