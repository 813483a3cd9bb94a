import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { Scene } from "./scene.ts";

const port = 5187;

/** Files whose text says it, below a folder. */
function filesThatSay(text: string, folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

test("the token is in its file and nowhere else", { skip: whyNoRealGroups() }, async () => {
  await using scene = Scene.prepare("secrets", {
    containers: ["web"],
    configuration: { log: { level: "debug" } },
  });
  const { server } = scene;
  const url = `http://127.0.0.1:${port}`;
  server.configure({
    api: { socket: server.socket, listen: `127.0.0.1:${port}` },
    engines: { lxc: { enabled: false }, plain: { roots: [scene.groups.root] } },
    host: { ownGroup: false },
    log: { level: "debug" },
  });
  await server.start();
  const tokenFile = join(server.folder, "state", "token");
  const token = readFileSync(tokenFile, "utf8").trim();

  const ask = (path: string, method: string, given: string): Promise<Response> =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${given}` } });
  assert.equal((await ask("/api/v1/pause", "POST", token)).status, 200);
  // Refused in several ways, each of which is told somewhere.
  const answers = await Promise.all([
    ask("/api/v1/pause", "POST", `${token}x`),
    ask(`/api/v1/structures/${encodeURIComponent("a b")}`, "GET", token),
    ask("/api/v1/nothing", "DELETE", token),
  ]);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  assert.ok(texts.every((text) => text.includes("SC_") && !text.includes(token)));
  const metrics = await fetch(`${url}/metrics`);
  assert.ok(!(await metrics.text()).includes(token));

  await server.end("SIGTERM");
  assert.deepEqual(filesThatSay(token, server.folder), [tokenFile]);
  const { stdout } = spawnSync("ps", ["axeww"], { encoding: "utf8" });
  assert.ok(!stdout.includes(token), "no command line and no environment holds it");
});
