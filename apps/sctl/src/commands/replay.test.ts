import assert from "node:assert/strict";
import { test } from "node:test";
import { replayed } from "../testing/answers-fixture.ts";
import { sessionFor } from "../testing/session-fixture.ts";
import { replay } from "./replay.ts";

const question = { resource: "cpu", policy: "burst-quota", from: "-24h" } as const;

test("replay shows what was beside what would have been, and what to doubt", async () => {
  const { api, output, session } = sessionFor();
  await replay(session, "web", question);
  assert.deepEqual(output().split("\n"), [
    "web under burst-quota, cpu from 10 to 200, brakes configured; 12 h of 24 h known (50 %), in steps of 1 s",
    "",
    "                            WAS  WOULD HAVE BEEN",
    "used (core-seconds)        4320           4321.3",
    "allocated (core-seconds)  86400           4801.4",
    "utilization                 5 %             90 %",
    "mean limit (shares)        none               11",
    "peak limit (shares)        none              200",
    "changes a minute              0             0.13",
    "throttled                   0 %            0.1 %",
    "p99 backlog (ms)              -              1.3",
    "",
    "- 50 % of the time is not known and was left out, not taken as zero",
    "",
  ]);
  assert.deepEqual(api.asked, [{ replay: "web", question }]);
});

test("replay of memory has kills where cpu is throttled", async () => {
  const { api, output, session } = sessionFor();
  const wouldHaveBeen = { ...replayed.wouldHaveBeen, kills: 2 };
  api.replay = async () => ({ ...replayed, resource: "mem", wouldHaveBeen });
  await replay(session, "web", { resource: "mem", policy: "memory-pressure" });
  assert.match(output(), /^kills +- +2$/m);
  assert.match(output(), /^used \(MiB-seconds\)/m);
  assert.doesNotMatch(output(), /throttled|backlog/);
});

test("replay for programs is the server's answer", async () => {
  const { output, session } = sessionFor({ format: "json" });
  await replay(session, "web", question);
  assert.deepEqual(JSON.parse(output()), replayed);
});
