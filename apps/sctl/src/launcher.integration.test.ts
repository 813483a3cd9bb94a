import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { structureCalled } from "./testing/session-fixture.ts";

const launcher = fileURLToPath(new URL("../../../sctl", import.meta.url));

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(file: string, args: readonly string[], cwd?: string): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  execFile(file, args, { cwd, encoding: "utf8" }, (error, stdout, stderr) => {
    const exitCode = typeof error?.code === "number" ? error.code : 0;
    resolve({ exitCode, stdout, stderr });
  });
  return promise;
}

let folder: string;
let socket: string;
let server: Server;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "sc-launcher-"));
  socket = join(folder, "api.sock");
  server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/api/v1/structures") {
      response.end(JSON.stringify({ structures: [structureCalled("web")] }));
      return;
    }
    const detail = "no container called x is running";
    response.writeHead(404);
    response.end(JSON.stringify({ code: "SC_STRUCTURE_UNKNOWN", status: 404, detail }));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
after(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

describe("the launcher", () => {
  test("runs from another folder, through a link to a link", async () => {
    await symlink(launcher, join(folder, "first"));
    await symlink("first", join(folder, "second"));
    const { exitCode, stdout } = await run("./second", ["ls", "--socket", socket], folder);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^NAME .*\nweb /);
  });

  test("says what to do where the pinned Node is not installed", async () => {
    const bare = join(folder, "bare tree");
    await mkdir(bare);
    await copyFile(launcher, join(bare, "sctl"));
    const { exitCode, stderr } = await run(join(bare, "sctl"), ["ls"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /npm install/);
  });
});

describe("the exit code", () => {
  const cases: readonly (readonly [args: readonly string[], exitCode: number, said: RegExp])[] = [
    [["--help"], 0, /^$/],
    [["ls", "-o", "yaml"], 0, /^$/],
    [["get", "x"], 4, /^sctl: SC_STRUCTURE_UNKNOWN: .*\n$/],
    [["ls", "--socket", "/nowhere/api.sock"], 3, /^sctl: SC_SERVER_UNREACHABLE: .*\n$/],
    [["set", "web", "--mode", "auto"], 2, /^sctl: SC_USAGE: .*--yes.*\n$/],
    [["set", "web", "--mode", "turbo"], 2, /^sctl: SC_USAGE: .*turbo.*\n$/],
    [["events", "--limit", "x"], 2, /^sctl: SC_USAGE: .*not a number.*\n$/],
    [["history", "web", "--step", "0.5"], 2, /^sctl: SC_USAGE: .*not a whole number/],
    [["history", "web", "-o", "png"], 2, /^sctl: SC_USAGE: .*csv, svg/],
    [["history", "x", "-o", "svg"], 4, /^sctl: SC_STRUCTURE_UNKNOWN: .*\n$/],
    [["rules", "gte", "x"], 2, /^sctl: SC_USAGE: /],
    [["rules", "set", "x"], 2, /^sctl: SC_USAGE: give --file FILE/],
    [["rules", "set", "x", "--events", "0"], 2, /^sctl: SC_USAGE: .*not a whole number/],
    [["rules", "set", "x", "--file", "/nowhere"], 2, /^sctl: SC_USAGE: .*cannot be read/],
    [["settings", "set", "guardian"], 2, /^sctl: SC_USAGE: nothing to set/],
    [["watch", "--topics", "changes,news"], 2, /^sctl: SC_USAGE: .*structures, events/],
    [["ls", "-o", "csv"], 2, /^sctl: SC_USAGE: -o csv is for `history NAME` only/],
    [["set", "web", "--min", "NaN"], 2, /^sctl: SC_USAGE: .*NaN.*not a number/],
    [["set", "web", "--resource", "disk"], 2, /^sctl: SC_USAGE: .*cpu, mem/],
    [["events", "--since", "yesterday"], 2, /^sctl: SC_USAGE: .*not a time/],
    [["events", "--since", "60"], 2, /^sctl: SC_USAGE: .*for an age add s, m, h or d/],
    [["lss"], 2, /^sctl: SC_USAGE: unknown command 'lss'/],
    [["release"], 2, /^sctl: SC_USAGE: give a NAME, or --all.*\n$/],
    [["get", ""], 2, /^sctl: SC_USAGE: .*not a name/],
    [["history", "../x"], 2, /^sctl: SC_USAGE: .*not a name/],
    [["pause", "a b"], 2, /^sctl: SC_USAGE: .*not a name/],
    [["settings", "get", "guard ian"], 2, /^sctl: SC_USAGE: .*not a name/],
    [["completion", "tcsh"], 2, /^sctl: SC_USAGE: .*bash, zsh, fish/],
    [["completion", "bash"], 0, /^$/],
    [["config"], 2, /^Usage: sctl config .*\nsctl: SC_USAGE: no command given/s],
    [["config", "check", "--config", "/nowhere.yaml"], 1, /^sctl: SC_CONFIG_INVALID: .*1 fault/],
    [["config", "show", "--config", "/dev/null"], 0, /^$/],
    [["start", "--config", "/nowhere/config.yaml"], 1, /^sctl: SC_CONFIG_INVALID: /],
  ];
  for (const [args, exitCode, said] of cases) {
    test(`of sctl ${args.join(" ")} is ${exitCode}`, async () => {
      const socketArgs = args.includes("--socket") ? [] : ["--socket", socket];
      const ended = await run(launcher, [...socketArgs, ...args]);
      assert.equal(ended.exitCode, exitCode, ended.stderr);
      assert.match(ended.stderr, said);
    });
  }
});
