import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Configuration } from "@sc/contracts";
import { ConfigurationInvalid } from "./errors.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const folders = { configurationFile: "/c/config.yaml", run: "/r/sc", state: "/s/sc" };
const parse = (text: string): Configuration => parseConfiguration(text, { path: "", folders });

function refusalOf(text: string): ConfigurationInvalid {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ConfigurationInvalid);
    return error;
  }
  throw new Error("it was taken");
}

describe("stores of series", () => {
  const entry = (more: string) =>
    `history: { outputs: [{ name: a, kind: opentsdb, url: "http://t:4242", ${more} }] }`;

  test("an entry needs a name, a kind and a URL; the rest has defaults", () => {
    assert.deepEqual(parse(entry("")).history.outputs, [
      {
        ...{ name: "a", kind: "opentsdb", url: "http://t:4242" },
        ...{ credentialsFile: null, timeoutSeconds: 10, queueMaxMib: 256 },
      },
    ]);
    const places = refusalOf("history: { outputs: [{ name: a }] }").faults.map(
      ({ place }) => place,
    );
    assert.deepEqual(places, ["history.outputs.0.kind", "history.outputs.0.url"]);
  });

  test("an entry out of its bounds is refused by its key", () => {
    const [fault] = refusalOf(entry("timeoutSeconds: 0")).faults;
    assert.equal(fault?.place, "history.outputs.0.timeoutSeconds");
  });

  test("two with one name are refused, as they would have one queue", () => {
    const one = '{ name: a, kind: opentsdb, url: "http://t" }';
    const [fault] = refusalOf(`history: { outputs: [${one}, ${one}] }`).faults;
    assert.equal(fault?.place, "history.outputs.1.name");
  });

  for (const url of [
    "http://u:secret@t:1/",
    "ftp://u:secret@t",
    "//u:secret@t",
    "secret",
    "http://t?q",
  ]) {
    test(`a URL like ${url} is refused, and a password in it is not shown`, () => {
      const text = `history: { outputs: [{ name: a, kind: opentsdb, url: "${url}" }] }`;
      const [fault] = refusalOf(text).faults;
      assert.equal(fault?.place, "history.outputs.0.url");
      assert.doesNotMatch(fault?.text ?? "", /u:secret/);
    });
  }
});

describe("who pulls usage", () => {
  const pull = (more: string) => `usage: { source: pulled, pull: { ${more} } }`;
  const cpu = "queries: { cpu: up }";

  for (const [text, places] of [
    [pull(""), ["usage.pull.url", "usage.pull.queries"]],
    [pull('url: "http://p"'), ["usage.pull.queries"]],
    [pull(cpu), ["usage.pull.url"]],
    [pull("kind: opentsdb"), ["usage.pull.url"]],
  ] as const) {
    test(`must say from where, and what: ${text}`, () => {
      const found = refusalOf(text).faults.map(({ place }) => place);
      assert.deepEqual(found, places);
    });
  }

  for (const text of [pull(`url: "http://p", ${cpu}`), pull('url: "http://p", kind: opentsdb')]) {
    test(`is taken when it does: ${text}`, () => {
      assert.equal(parse(text).usage.source, "pulled");
    });
  }
});
