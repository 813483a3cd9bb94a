import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { parse } from "yaml";
import { sctl } from "./command-line.ts";
import { eventually, Scene } from "./scene.ts";

describe("the command line without a server", () => {
  const commands = [
    ["ls"],
    ["get", "web"],
    ["top", "--once"],
    ["explain", "web"],
    ["health"],
    ["events"],
    ["history", "web", "-o", "svg"],
    ["watch"],
    ["rules"],
    ["rules", "set", "cpu_rescale_up", "--amount", "50"],
    ["settings", "get", "guardian"],
    ["set", "web", "--mode", "auto", "--yes"],
    ["pause", "--all"],
    ["release", "--all"],
  ] as const;
  for (const words of commands) {
    test(`says of ${words.join(" ")} that no server answers, and what to do`, async () => {
      const { exitCode, stdout, stderr } = await sctl(...words, "--socket", "/nowhere/api.sock");
      assert.equal(exitCode, 3);
      assert.equal(stdout, "");
      assert.match(stderr, /^sctl: SC_SERVER_UNREACHABLE: .*\/nowhere\/api\.sock.*sctl start.*\n$/);
    });
  }

  test("checks what can be checked without one", async () => {
    const { stdout } = await sctl("doctor", "--socket", "/nowhere/api.sock", "-o", "json");
    const { findings } = parse(stdout);
    assert.ok(findings.some(({ check }: { check: string }) => check === "node"));
    const server = findings.find(({ check }: { check: string }) => check === "server");
    assert.match(server?.text ?? "", /no server answers on \/nowhere\/api\.sock/);
  });
});

describe("the command line with a server", { skip: whyNoRealGroups() }, () => {
  test("answers in JSON and YAML that says the same", async () => {
    await using scene = await Scene.open("formats", {
      containers: ["web"],
      configuration: { defaults: { cpu: { mode: "observe", policy: "serverless-rules" } } },
    });
    const socket = ["--socket", scene.server.socket];
    const commands = [
      ["ls"],
      ["get", "web"],
      ["explain", "web"],
      ["history", "web"],
      ["events"],
      ["requests"],
      ["changes"],
      ["rules"],
      ["rules", "get", "cpu_rescale_up"],
      ["settings"],
      ["settings", "get", "scaler"],
      ["health"],
    ];
    for (const words of commands) {
      // A sample between the two questions may add a field.
      await eventually(`${words.join(" ")} says the same`, async () => {
        const [json, yaml] = await Promise.all(
          ["json", "yaml"].map((format) => sctl(...words, "-o", format, ...socket)),
        );
        assert.equal(json?.exitCode, 0, json?.stderr);
        assert.equal(yaml?.exitCode, 0, yaml?.stderr);
        const fromJson: unknown = JSON.parse(json?.stdout ?? "");
        const fromYaml: unknown = parse(yaml?.stdout ?? "");
        return isDeepStrictEqual(shapeOf(fromYaml), shapeOf(fromJson));
      });
    }
    const unknown = await sctl("get", "mail", ...socket);
    assert.equal(unknown.exitCode, 4);
    assert.match(unknown.stderr, /^sctl: SC_STRUCTURE_UNKNOWN: /);
  });
});

/** What stays the same between two questions: the names of all fields, and the kind of each value. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shapeOf(field)]));
}
