import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GroupGuard } from "./group-guard.ts";

/** Whatever the finders say, so that only the guard's own rules stand in the way. */
const guardOf = (options: { readonly own?: readonly string[] } = {}): GroupGuard =>
  new GroupGuard({ ownGroups: () => options.own ?? [], isContainerGroup: () => true });

const codeOf = (guard: GroupGuard, path: string): string =>
  guard.refusalOf({ path })?.code ?? "permitted";

describe("the guard, even when a finder claims the group", () => {
  const neverTouched = [
    "/",
    "/system.slice",
    "/user.slice",
    "/machine.slice",
    "/init.scope",
    "/system.slice/docker.service",
    "/system.slice/docker.socket",
    "/system.slice/containerd.service",
    "/system.slice/lxc@web.service",
    "/system.slice/snap.lxd.daemon.service",
    "/lxc.monitor.web",
    "/lxc.pivot",
    "/elsewhere/lxc.monitor.web",
  ];
  for (const path of neverTouched) {
    test(`never touches ${path}`, () => assert.equal(codeOf(guardOf(), path), "never-touch"));
  }

  const permitted = [
    "/lxc.payload.web",
    "/system.slice/web.service",
    "/system.slice/my-docker.service",
    "/my.slice/user.slice",
    "/...",
    "/with a space",
    `/${"x".repeat(255)}`,
  ];
  for (const path of permitted) {
    test(`permits ${JSON.stringify(path.slice(0, 30))} (${path.length} characters)`, () => {
      assert.equal(codeOf(guardOf(), path), "permitted");
    });
  }

  const faulty = [
    "",
    "relative",
    "../escape",
    "/..",
    "/.",
    "/a/../b",
    "/a/./b",
    "/a/..",
    "/a//b",
    "//",
    "/a/",
    "/a\0b",
    "/\0",
    `/${"x".repeat(256)}`,
    `/${"x".repeat(300)}`,
    `/${"x".repeat(300)}/../etc`,
    "/x".repeat(2049),
  ];
  for (const path of faulty) {
    const shown = JSON.stringify(path.slice(0, 30));
    test(`refuses the path ${shown} (${path.length} characters)`, () => {
      assert.equal(codeOf(guardOf(), path), "invalid-path");
    });
  }

  test("never touches this process's own group and those above it, but its neighbours", () => {
    const guard = guardOf({ own: ["/agents/one", "/other/hierarchy"] });
    const paths = ["/agents/one", "/agents", "/other", "/agents/on", "/agents/one/below", "/agent"];
    assert.deepEqual(
      paths.map((path) => codeOf(guard, path)),
      ["never-touch", "never-touch", "never-touch", "permitted", "permitted", "permitted"],
    );
  });

  test("looks anew each time where this process is: it may have been moved", () => {
    let own: readonly string[] = [];
    const guard = new GroupGuard({ ownGroups: () => own, isContainerGroup: () => true });
    assert.equal(codeOf(guard, "/web"), "permitted");
    own = ["/web"];
    assert.equal(codeOf(guard, "/web"), "never-touch");
  });

  test("refuses what no finder holds for a container, outside of the configured roots", () => {
    const guard = new GroupGuard({
      ownGroups: () => [],
      isContainerGroup: ({ path }) => path.startsWith("/my.slice/"),
    });
    assert.equal(codeOf(guard, "/my.slice/web"), "permitted");
    assert.equal(codeOf(guard, "/my.slice"), "never-touch");
    assert.equal(codeOf(guard, "/your.slice/web"), "never-touch");
  });

  test("does not ask the finders about a path that is not one", () => {
    const asked: string[] = [];
    const guard = new GroupGuard({
      ownGroups: () => [],
      isContainerGroup: ({ path }) => asked.push(path) > 0,
    });
    for (const path of faulty) guard.refusalOf({ path });
    assert.deepEqual(asked, []);
  });
});
