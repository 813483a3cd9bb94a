import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createProgram } from "../program.ts";
import {
  cpuPolicy,
  declaredOnes,
  guardianSettings,
  raise,
  sessionFor,
  structureCalled,
} from "../testing/session-fixture.ts";
import { completionFor } from "./completion.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

const whyNot = (shell: Shell): string | false => {
  try {
    execFileSync(shell, ["-c", "true"]);
    return false;
  } catch {
    return `${shell} is not installed`;
  }
};

const answers = {
  ls: [structureCalled("web"), structureCalled("web.front"), structureCalled("db")],
  rules: [raise],
  settings: [guardianSettings],
  policies: [cpuPolicy],
  apps: [declaredOnes.applications],
};

let folder: string;
const scripts = new Map<Shell, string>();
/** Answers as the program would with a server, and with nothing else. */
const standIn = () => `#!/bin/sh
case "$*" in
${Object.entries(answers)
  .map(([name]) => `"${name} -o json") cat '${join(folder, `${name}.json`)}' ;;`)
  .join("\n")}
*) echo "sctl: SC_SERVER_UNREACHABLE" >&2; exit 3 ;;
esac
`;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "sc-completion-"));
  for (const [name, answer] of Object.entries(answers)) {
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(answer, undefined, 2)}\n`);
  }
  writeFileSync(join(folder, "sctl"), standIn(), { mode: 0o755 });
  writeFileSync(join(folder, "rule.json"), "{}");
  const program = createProgram(sessionFor().session.terminal);
  for (const shell of shells) {
    const path = join(folder, `sctl.${shell}`);
    writeFileSync(path, completionFor(program, shell));
    scripts.set(shell, path);
  }
});
after(() => rmSync(folder, { recursive: true }));

const scriptOf = (shell: Shell): string => scripts.get(shell) ?? "";

describe("the script for", () => {
  for (const shell of shells) {
    test(`${shell} can be parsed`, { skip: whyNot(shell) }, () => {
      execFileSync(shell, ["-n", scriptOf(shell)], { stdio: "pipe" });
    });
  }
});

/** What is offered for the last word of a line, by the program in the folder. */
function inBash(...line: readonly string[]): readonly string[] {
  const words = [join(folder, "sctl"), ...line].map((word) => `'${word}'`).join(" ");
  const program = `cd '${folder}'; . '${scriptOf("bash")}'
COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_sctl
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync("bash", ["--norc", "-c", program], { encoding: "utf8" });
  return output.split("\n").filter((word) => word !== "");
}

function inFish(...line: readonly string[]): readonly string[] {
  const typed = [join(folder, "sctl"), ...line].join(" ");
  const program = `cd '${folder}'; source '${scriptOf("fish")}'; complete -C '${typed}'`;
  const output = execFileSync("fish", ["--no-config", "-c", program], { encoding: "utf8" });
  return output.split("\n").flatMap((row) => row.split("\t")[0] || []);
}

/** Outside of zsh's line editor: its own words for offering something are stood in for. */
function inZsh(...line: readonly string[]): readonly string[] {
  const words = [join(folder, "sctl"), ...line].map((word) => `'${word}'`).join(" ");
  const program = `cd '${folder}'
compdef() { }
_describe() { print -l -- "\${(@P)@[-1]}" }
compadd() { shift; print -l -- "$@" }
_files() { print -l -- * }
. '${scriptOf("zsh")}'
words=(${words}); CURRENT=\${#words}
_sctl`;
  const output = execFileSync("zsh", ["-f", "-c", program], { encoding: "utf8" });
  const offered = output.split("\n").flatMap((row) => row.split(":")[0] || []);
  return offered.filter((word) => word.startsWith(line.at(-1) ?? ""));
}

const cases: readonly (readonly [line: readonly string[], offered: readonly string[]])[] = [
  [["ex"], ["explain"]],
  [
    ["rules", "re"],
    ["remove", "reset"],
  ],
  [
    ["get", ""],
    ["db", "web", "web.front"],
  ],
  [
    ["-o", "json", "get", "we"],
    ["web", "web.front"],
  ],
  [["rules", "get", ""], [raise.name]],
  [["apps", "attach", ""], [declaredOnes.applications.name]],
  [["set", "web", "--policy", ""], [cpuPolicy.name]],
  [["settings", "set", ""], ["guardian"]],
  [["completion", "f"], ["fish"]],
  [["set", "web", "--mo"], ["--mode"]],
  [
    ["set", "web", "--mode", ""],
    ["auto", "observe", "recommend"],
  ],
  [["history", "web", "-o", "s"], ["svg"]],
  [
    ["rules", "set", "x", "--file", "ru"],
    ["rule.json", "rules.json"],
  ],
];

describe("bash completes", { skip: whyNot("bash") }, () => {
  for (const [line, offered] of cases) {
    test(`"${line.join(" ")}" with ${offered.join(", ")}`, () => {
      assert.deepEqual(inBash(...line).toSorted(), offered);
    });
  }

  test("nothing, and says nothing, where no server answers", () => {
    writeFileSync(join(folder, "sctl"), "#!/bin/sh\necho no >&2\nexit 3\n", { mode: 0o755 });
    assert.deepEqual(inBash("get", ""), []);
    writeFileSync(join(folder, "sctl"), standIn(), { mode: 0o755 });
  });

  test("nothing after a name, and the options of the command and of all", () => {
    assert.deepEqual(inBash("get", "web", ""), []);
    const options = inBash("history", "web", "--");
    assert.ok(options.includes("--since") && options.includes("--socket"), options.join());
    assert.equal(options.includes("--mode"), false);
  });
});

describe("fish completes", { skip: whyNot("fish") }, () => {
  for (const [line, offered] of cases) {
    test(`"${line.join(" ")}" with ${offered.join(", ")}`, () => {
      assert.deepEqual(inFish(...line).toSorted(), offered);
    });
  }
});

describe("zsh completes", { skip: whyNot("zsh") }, () => {
  for (const [line, offered] of cases) {
    test(`"${line.join(" ")}" with ${offered.join(", ")}`, () => {
      assert.deepEqual(inZsh(...line).toSorted(), offered);
    });
  }
});
