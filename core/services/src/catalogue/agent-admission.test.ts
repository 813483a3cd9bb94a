import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cpuLimitOfShares, err, ok, type Resource, reason } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import type { HostAgent, OwnersWish } from "@sc/ports";
import { containerCalled } from "../orchestrator/orchestrator-fixture.ts";
import { AgentAdmission } from "./agent-admission.ts";
import { catalogueOn } from "./catalogue-fixture.ts";

const web = nameFor("web");

async function admissionWith(limits = { cpu: cpuLimitOfShares(100, 100), memMib: 512 }) {
  const { registry, run } = await catalogueOn();
  run("web");
  const wishes: OwnersWish[] = [];
  const releases: (readonly Resource[] | undefined)[] = [];
  const says: { refusal?: string; failed?: string; isGone?: boolean } = {};
  const container = containerCalled("web", { limits: { ...limits, rates: { net: 50 } } });
  const agent: Pick<HostAgent, "container" | "release" | "setOwnersLimits"> = {
    container: () => (says.isGone === true ? undefined : container),
    setOwnersLimits: async (_name, wish) => {
      wishes.push(wish);
      return says.refusal === undefined
        ? ok(container.limits)
        : err({ code: "in-use", text: says.refusal });
    },
    release: async (_names, which) => {
      releases.push(which);
      const structure = "web";
      const failed =
        says.failed === undefined ? [] : [{ structure, reason: reason("gone", says.failed) }];
      return { released: [], unchanged: [], failed };
    },
  };
  return { admission: new AgentAdmission({ agent, registry }), registry, releases, says, wishes };
}

describe("what a container is subscribed with", () => {
  test("is one wish of its owner's, and what is short is told", async () => {
    const { admission, says, wishes } = await admissionWith();
    const wanted = { cpu: 120, mem: 600, disk_read: 30 };
    assert.deepEqual(await admission.admit(web, wanted), ok(undefined));
    assert.deepEqual(wishes, [{ cpuShares: 120, memMib: 600, rates: { disk_read: 30 } }]);
    assert.deepEqual(await admission.admit(web, {}), ok(undefined));
    assert.equal(wishes.length, 1);
    says.refusal = "700 MiB are in use";
    assert.deepEqual(await admission.admit(web, wanted), err("700 MiB are in use"));
  });

  test("is undone where it was written, and left where another hand was since", async () => {
    const { admission, wishes } = await admissionWith();
    const wanted = { cpu: 100, mem: 600, net: 50 };
    const before = { cpu: { ...cpuLimitOfShares(100, 100), quotaShares: null }, mem: 256, net: 50 };
    assert.deepEqual(await admission.undo(web, { wanted, before }), ok(undefined));
    assert.deepEqual(wishes, [{ cpuShares: null }]);
  });

  test("is not undone of a container that is gone, nor what could not be read before", async () => {
    const { admission, says, wishes } = await admissionWith();
    await admission.undo(web, { wanted: { mem: 512 }, before: {} });
    says.isGone = true;
    await admission.undo(web, { wanted: { mem: 512 }, before: { mem: null } });
    assert.deepEqual(wishes, []);
  });

  test("is put back when it leaves, but for what a policy has in hand all the same", async () => {
    const { admission, registry, releases, says } = await admissionWith();
    const resources = { cpu: { mode: "auto" } } as const;
    await registry.update({ structures: [{ name: web, resources }] }, "required");
    await admission.leave(web);
    assert.deepEqual(releases, [["mem", "disk_read", "disk_write", "net"]]);
    says.failed = "the kernel refuses";
    await assert.rejects(admission.leave(web, ["mem"]), /the kernel refuses/);
    says.isGone = true;
    await admission.leave(web);
    assert.equal(releases.length, 2);
  });
});
