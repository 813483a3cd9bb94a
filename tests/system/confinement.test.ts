/*
 * The unit takes away from the server what it does not need. Here is no systemd to start it, so the
 * same is done by hand: the capabilities, the read-only tree, and every system call looked at that
 * the filter would refuse.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

const unit = readFileSync(
  new URL("../../packaging/serverless-containers.service", import.meta.url),
  "utf8",
);

/** The words of a setting of the unit. */
function wordsOf(setting: string): readonly string[] {
  const [, words] = new RegExp(`^${setting}=(.+)$`, "m").exec(unit) ?? [];
  assert.ok(words !== undefined, `the unit has no ${setting}`);
  return words.split(" ");
}

const hasTool = (name: string): boolean => spawnSync(name, ["--version"]).status === 0;
const tools = ["setpriv", "strace", "systemd-analyze"];

function whyNot(): string | false {
  const missing = tools.filter((tool) => !hasTool(tool));
  return missing.length > 0 ? `needs ${missing.join(", ")}` : whyNoRealGroups();
}

/** Every system call that the sets and names of a filter let through. */
function systemCallsOf(filter: readonly string[]): readonly string[] {
  return filter.flatMap((name) => {
    if (!name.startsWith("@")) return [name];
    const { stdout } = spawnSync("systemd-analyze", ["--no-pager", "syscall-filter", name], {
      encoding: "utf8",
    });
    const lines = stdout.split("\n").map((line) => line.trim());
    return systemCallsOf(lines.slice(1).filter((line) => line !== "" && !line.startsWith("#")));
  });
}

/**
 * What runs after it may do what the unit lets it do; every call beyond that, and every socket, is
 * written down in the server's folder. The server keeps its process id.
 */
function confine(): string {
  const kept = wordsOf("CapabilityBoundingSet").map((name) => `+${name.toLowerCase().slice(4)}`);
  const capabilities = `--bounding-set=-all,${kept.join(",")} --inh-caps=-all --no-new-privs`;
  const allowed = systemCallsOf(wordsOf("SystemCallFilter")).filter((name) => name !== "socket");
  const others = `trace=!${allowed.map((name) => `?${name}`).join(",")}`;
  return `
    mount --bind "$0" "$0"
    mount --bind /proc/sys /proc/sys
    for place in / /sys /proc/sys; do mount -o remount,ro,bind $place; done
    if touch /usr/writable 2>/dev/null; then exit 1; fi
    exec setpriv ${capabilities} \
      strace -D -f -qq --seccomp-bpf -o "$0/calls" -e signal=none -e '${others}' "$@"
  `;
}

test("the server needs no more than the unit leaves it", { skip: whyNot() }, async () => {
  await using scene = Scene.prepare("confined", { containers: ["web"], mount: confine() });
  const web = scene.container("web");
  // As those of unprivileged containers do: this is what the one capability is for.
  scene.groups.giveTo(web.path, { uid: 65_534 });
  await scene.server.start();
  const { folder } = scene.server;
  const capabilities = /^CapPrm:\t(.+)$/m.exec(
    readFileSync(`/proc/${scene.server.pid}/status`, "utf8"),
  );
  assert.equal(Number.parseInt(capabilities?.[1] ?? "", 16), 1 << 1, "CAP_DAC_OVERRIDE alone");
  await eventually("it is squeezed", () => web.isSqueezed());
  web.work();
  await eventually("it grows", () => web.isGrown());
  await web.rest();
  await eventually("it is squeezed again", () => web.isSqueezed());
  await scene.server.end("SIGKILL");
  await eventually("the watcher put its limit back", () => web.hasFirstLimit());
  const calls = readFileSync(join(folder, "calls"), "utf8").split("\n");
  const families = calls.map((call) => /^\d+ +socket\((\w+)/.exec(call)?.[1]);
  const isOfProcess = (call: string): boolean => /^\d+ +\+\+\+/.test(call) || call === "";
  const refused = calls.filter(
    (call, index) => families[index] === undefined && !isOfProcess(call),
  );
  assert.deepEqual(refused, [], "calls that the unit's filter refuses");
  const used = new Set(families.filter((family) => family !== undefined));
  assert.ok(used.has("AF_UNIX"), "the calls are looked at");
  const mayUse = wordsOf("RestrictAddressFamilies");
  assert.deepEqual(
    [...used].filter((family) => !mayUse.includes(family)),
    [],
  );
});
