import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "@sc/api-client";
import type { AnyFormat } from "../output/output-format.ts";
import { resource, sessionFor, structureCalled, twoMinutes } from "../testing/session-fixture.ts";
import { history } from "./history.ts";

const question = { from: "-1h" };
const asked = (format: AnyFormat) => ({ name: "web", format, question });
const ofMemory = (format: AnyFormat) => ({ ...asked(format), resource: "mem" }) as const;

describe("history as a table", () => {
  test("has a row per step, and the sums at its end", async () => {
    const { api, output, session } = sessionFor();
    await history(session, { ...asked("table"), resource: "cpu" });
    assert.deepEqual(output().split("\n"), [
      "TIME                 CPU  MOST  LIMIT  ALLOCATED  UTIL.  THROTTLED",
      "1970-01-01 00:14:40   40    80    200        200   20 %        0 %",
      "1970-01-01 00:15:40   60    90      -        200   30 %       25 %",
      "",
      "cpu in 2 min: used 60 of 240 core-seconds allocated, utilization 25 %, reserved 240, throttled 15 s",
      "",
    ]);
    assert.deepEqual(api.asked, [{ usageHistory: "web", question }]);
  });

  test("leaves open what is not known", async () => {
    const { output, session } = sessionFor();
    await history(session, ofMemory("table"));
    assert.match(output(), /00:15:40 +- +- +- +- +-$/m);
    assert.match(output(), /^mem in 2 min: used 6000 of 30720 MiB-seconds allocated/m);
  });

  test("is of both resources when none is scaled, also of a container that is gone", async () => {
    const { api, output, session } = sessionFor();
    api.structure = async () => {
      throw new ApiError({ code: "SC_STRUCTURE_UNKNOWN", status: 404, detail: "gone" });
    };
    await history(session, asked("table"));
    assert.match(output(), /CPU +MOST .* MEM MIB +MOST/);
  });

  test("is of what is scaled", async () => {
    const { api, output, session } = sessionFor();
    const resources = { cpu: resource, mem: { ...resource, mode: "auto" } } as const;
    api.structure = async (name) => structureCalled(name, { resources });
    await history(session, asked("table"));
    assert.doesNotMatch(output(), /CPU/);
    assert.match(output(), /MEM MIB/);
  });

  test("says when nothing is known", async () => {
    const { api, output, session } = sessionFor();
    api.usageHistory = async () => ({ ...twoMinutes, stamps: [] });
    await history(session, asked("table"));
    assert.equal(output(), "nothing is known of this time\n");
  });
});

describe("history as a sheet", () => {
  test("has a header, CRLF and nothing where nothing is known", async () => {
    const { output, session } = sessionFor();
    await history(session, ofMemory("csv"));
    assert.deepEqual(output().split("\r\n"), [
      "structure,stamp,time,memMibUsed,memMibUsedMax,memMibLimit,memMibAllocated,memMibReserved",
      "web,880,1970-01-01T00:14:40.000Z,100,110,512,512,512",
      "web,940,1970-01-01T00:15:40.000Z,,,,,",
      "",
    ]);
  });

  test("quotes what would break a line", async () => {
    const { api, output, session } = sessionFor();
    api.usageHistory = async () => ({ ...twoMinutes, structure: 'a,"b"\n' });
    await history(session, asked("csv"));
    assert.match(output(), /\r\n"a,""b""\n",880,/);
  });
});

test("history for programs is the server's answer, or the part about one resource", async () => {
  const whole = sessionFor();
  await history(whole.session, asked("json"));
  assert.deepEqual(JSON.parse(whole.output()), twoMinutes);
  const part = sessionFor();
  await history(part.session, ofMemory("json"));
  const { cpu: _cpu, ...others } = twoMinutes;
  const { cpu: _sums, ...sums } = twoMinutes.sums;
  assert.deepEqual(JSON.parse(part.output()), { ...others, sums });
});

test("history as a picture is one document of SVG", async () => {
  const { output, session } = sessionFor();
  await history(session, asked("svg"));
  assert.match(output(), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  assert.ok(output().endsWith("</svg>\n"));
});
