import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseCounters, parseNamespaces, parsePairEnds } from "./parse-links.ts";

const end = (change: object): object => ({
  ifname: "veth1",
  ifindex: 7,
  link_netnsid: 0,
  linkinfo: { info_kind: "veth" },
  ...change,
});

describe("the ends of pairs", () => {
  const endsOf = (...list: readonly object[]) => parsePairEnds(JSON.stringify(list));

  test("are those whose other end is in another namespace", () => {
    assert.deepEqual(endsOf(end({}), end({ ifname: "here", link_netnsid: undefined })), [
      { name: "veth1", index: 7, namespaceId: 0 },
    ]);
  });

  test("are of no other kind, and have no name that a program could take for something else", () => {
    const names = ["-h", "a b", "a\nb", "", "sixteen-letters-", "ä", 'a"b', "a/b", "$x"];
    const others = names.map((ifname) => end({ ifname }));
    assert.deepEqual(endsOf({ ifname: "eth0", ifindex: 2 }, end({ linkinfo: {} }), ...others), []);
  });

  test("are not known where nothing can be read", () => {
    assert.equal(parsePairEnds("Device"), undefined);
    assert.deepEqual(parsePairEnds(""), []);
  });
});

test("namespaces are those that have a number here", () => {
  const namespaces = [
    { ns: 4026532246, netnsid: "0" },
    { ns: 4026531840, netnsid: "unassigned" },
    { ns: 4026532300, netnsid: null },
  ];
  assert.deepEqual(parseNamespaces(JSON.stringify({ namespaces })), new Map([["4026532246", 0]]));
  assert.equal(parseNamespaces("lsns: unknown column"), undefined);
});

test("what the host received a container sent", () => {
  const text = [
    "Inter-|   Receive                                                |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop …",
    " veth1:      90       1    0    0    0     0          0         0       70       1    0    0    0     0       0          0",
    "veth2:12345678901234 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0",
    " cut:  90  1  0",
  ].join("\n");
  assert.deepEqual(
    parseCounters(text),
    new Map([
      ["veth1", { bytesReceived: 70, bytesSent: 90 }],
      ["veth2", { bytesReceived: 5, bytesSent: 12345678901234 }],
    ]),
  );
});
