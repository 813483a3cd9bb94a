import assert from "node:assert/strict";
import { test } from "node:test";
import { containerCalled, orchestrate } from "./orchestrator-fixture.ts";

/** A disk with a limit of its owner's, a network without one. */
const withRates = () => {
  const plain = containerCalled("web");
  const rates = { disk_read: 100, net: null };
  const first = { ...plain.facts.first, rates };
  return containerCalled("web", {
    facts: { ...plain.facts, first },
    limits: { ...plain.limits, rates: { ...rates, disk_read: 60 } },
    ratesUsed: { disk_read: 12 },
    rateCaveats: { disk_read: "direct reads only" },
  });
};

test("disk and network are shown where a container has them, with what does not hold of a limit", async () => {
  const { orchestrator } = await orchestrate([withRates()]);
  const [view] = orchestrator.listStructures();
  const read = view?.resources.disk_read;
  assert.deepEqual(
    [read?.current, read?.first, read?.max, read?.used, read?.caveat],
    [60, 100, 100, 12, "direct reads only"],
  );
  assert.deepEqual([view?.resources.net?.current, view?.resources.net?.used], [null, undefined]);
  assert.equal(view?.resources.disk_write, undefined);
});

test("a rate without a limit and without a max is not taken into auto, and one that has either is", async () => {
  const { orchestrator } = await orchestrate([withRates()]);
  const auto = (resources: readonly ("disk_read" | "net")[]) =>
    orchestrator.setMode("web", { mode: "auto", resources });
  const refused = await auto(["net"]);
  assert.deepEqual(refused.ok ? [] : [refused.error.code, refused.error.field], [
    "SC_VALUE_OUT_OF_RANGE",
    "max",
  ]);
  assert.equal((await auto(["disk_read"])).ok, true);
  assert.equal((await orchestrator.setLimits("web", { resource: "net", max: 100 })).ok, true);
  assert.equal((await auto(["net"])).ok, true);
});
