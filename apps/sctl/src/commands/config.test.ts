import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CommandFailed } from "../errors.ts";
import { sessionFor } from "../testing/session-fixture.ts";
import { type CheckConfiguration, checkConfig, showConfig } from "./config.ts";

const valid: CheckConfiguration = ({ configPath }) => ({
  isValid: true,
  configuration: {
    drift: configPath === "/dev/null" ? "adopt" : "hold",
    engines: { plain: { roots: [] } },
  },
});
const invalid: CheckConfiguration = () => ({
  isValid: false,
  path: "/c.yaml",
  faults: [
    { place: "sampling.autoSeconds", text: "is 0, expected a number from 0.05 to 60", line: 3 },
    { place: "", text: "the file cannot be read", line: undefined },
  ],
});

function asked(check: CheckConfiguration, format: "table" | "json" = "table") {
  const { notes, output, session } = sessionFor();
  const options = { terminal: session.terminal, format, config: "/c.yaml", check };
  return { notes, output, options };
}
const refused = (error: unknown) =>
  error instanceof CommandFailed && error.message === "/c.yaml cannot be used: 2 faults";

describe("config check", () => {
  test("says that a file can be used", async () => {
    const { options, output } = asked(valid);
    await checkConfig(options);
    assert.equal(output(), "/c.yaml can be used\n");
  });

  test("lists every fault, and fails", async () => {
    const { options, output } = asked(invalid);
    await assert.rejects(checkConfig(options), refused);
    assert.deepEqual(output().split("\n"), [
      "LINE  KEY                   FAULT",
      "   3  sampling.autoSeconds  is 0, expected a number from 0.05 to 60",
      "   -  -                     the file cannot be read",
      "",
    ]);
  });

  test("gives programs the same", async () => {
    const { options, output } = asked(invalid, "json");
    await assert.rejects(checkConfig(options), refused);
    assert.equal(JSON.parse(output()).faults.length, 2);
  });
});

describe("config show", () => {
  test("shows what would be in force, the defaults marked", async () => {
    const { options, output } = asked(valid);
    await showConfig(options);
    assert.deepEqual(output().split("\n"), [
      "KEY                  VALUE",
      'drift                "hold"',
      "engines.plain.roots  []      default",
      "",
    ]);
  });

  test("of a file that cannot be used says why, beside the output", async () => {
    const { notes, options, output } = asked(invalid);
    await assert.rejects(showConfig(options), refused);
    assert.equal(output(), "");
    assert.match(notes.join(), /sampling\.autoSeconds/);
  });
});
