import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkModule } from "./check-module.ts";
import { ModuleFolder } from "./testing/module-fixture.ts";

const example = fileURLToPath(
  new URL("../../../docs/examples/policies/steady-headroom.ts", import.meta.url),
);

const faultsOf = async (file: string): Promise<readonly string[]> =>
  (await checkModule(file, ["cpu"])).flatMap(({ check, fault }) =>
    fault === undefined ? [] : [`${check}: ${fault}`],
  );

describe("what every module must keep", () => {
  test("is kept by the example, for both resources", async () => {
    const found = await checkModule(example, ["cpu", "mem"]);
    assert.equal(found.length, 13);
    assert.deepEqual(
      found.filter(({ fault }) => fault !== undefined),
      [],
    );
  });

  const fit = "Math.min(Math.max((input.used ?? 0) * 1.2, input.settings.min), input.settings.max)";
  const cases: readonly (readonly [title: string, body: string, said: RegExp])[] = [
    ["loops", "for (;;);", /answers within its time.*: gave no answer within 50 ms/],
    ["asks for too much", 'return { state, limit: 1e9, reason: "x" };', /outside 10 to 200/],
    [
      "takes what is missing for 0",
      `return { state, limit: ${fit}, reason: "x" };`,
      /takes what is missing.*without knowing the use/,
    ],
    [
      "takes what is frozen for idle",
      `return { state, limit: ${fit}, reason: "x" };`,
      /leaves alone what is frozen: lowered the limit to/,
    ],
    [
      "never comes to rest",
      'return { state: 1 - state, limit: state ? 150 : 140, reason: "x" };',
      /comes to rest.*still asked 12\d times/,
    ],
    [
      "never gives more",
      'return { state, reason: "x" };',
      /gives more to who uses all it has: left a limit/,
    ],
    [
      "keeps what it knows where all structures share it",
      "all += input.used ?? 0; return { state, limit: Math.min(Math.max(all % 200, 10), 200) || 10, reason: String(all) };",
      /decides the same of the same.*/,
    ],
  ];
  for (const [title, body, said] of cases) {
    test(`is missed by one that ${title}`, async () => {
      using folder = new ModuleFolder();
      const faults = await faultsOf(folder.deciding(body, "let all = 0;"));
      assert.ok(
        faults.some((fault) => said.test(fault)),
        faults.join("\n"),
      );
    });
  }

  test("begins with being loaded", async () => {
    using folder = new ModuleFolder();
    const faults = await faultsOf(folder.file("export const x = 1;"));
    assert.deepEqual(faults, [
      "can be loaded: cannot be loaded: it exports no `policy` with `begin` and `decide`",
    ]);
  });
});
