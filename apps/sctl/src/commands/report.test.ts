import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionFor } from "../testing/session-fixture.ts";
import { report } from "./report.ts";

test("a report shows what was used, given, reserved and is missing, in units that are said", async () => {
  const { api, output, session } = sessionFor();
  await report(session, { experiment: "load", test: "a" });
  const [head, , titles = "", cpu = "", mem = ""] = output().split("\n");
  assert.equal(head, "load, a: 10 min, by ana");
  assert.match(titles, /^NAME +OF +USED +ALLOCATED +RESERVED +UTILIZATION +MISSING$/);
  assert.match(cpu, /^web +cpu \(core-seconds\) +480 +600 +2400 +80 % +25 %$/);
  assert.match(mem, /^web +mem \(MiB-seconds\) +0 +0 +0 +- +25 %$/);
  assert.deepEqual(api.asked, [{ experimentReport: { experiment: "load", test: "a" } }]);
});

test("a report of a time nothing is known of says so", async () => {
  const { api, output, session } = sessionFor();
  const asked = await api.experimentReport({ experiment: "load" });
  api.experimentReport = async () => ({ ...asked, structures: [] });
  await report(session, { experiment: "load", test: undefined });
  assert.equal(output(), "load: 10 min, by ana; nothing is known of that time\n");
});
