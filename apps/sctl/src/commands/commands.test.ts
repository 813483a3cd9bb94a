import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CommandFailed, UsageError } from "../errors.ts";
import {
  resource,
  sessionFor,
  squeeze,
  structureCalled,
  withCpu,
} from "../testing/session-fixture.ts";
import { explain } from "./explain.ts";
import { get } from "./get.ts";
import { health } from "./health.ts";
import { ls } from "./ls.ts";
import { setPaused } from "./pause.ts";
import { changes, events, requests } from "./records.ts";
import { type ReleaseOffline, release, releaseWithoutServer } from "./release.ts";
import { top } from "./top.ts";

describe("ls", () => {
  test("shows a line per container, by name", async () => {
    const { api, output, session } = sessionFor();
    api.list = [
      structureCalled("web", { ...withCpu({ mode: "auto", current: 140 }), lastChange: squeeze }),
      structureCalled("db", { isLearning: true, ...withCpu({ mode: "auto" }) }),
      structureCalled("a", withCpu({ current: null, used: undefined })),
    ];
    await ls(session);
    assert.deepEqual(output().split("\n"), [
      "NAME  ENGINE  MODE             CPU  LIMIT  MAX  THROTTLED  MIB   OF  LAST CHANGE",
      "a     lxc     observe            -   none  200     12.5 %   41  200  -",
      "db    lxc     auto, learning  41.3    200  200     12.5 %   41  200  -",
      "web   lxc     auto            41.3    140  200     12.5 %   41  200  12 s ago: cpu 200→140 usage-below-lower",
      "",
    ]);
  });

  test("has lines of at most 120 characters in ordinary cases", async () => {
    const { api, output, session } = sessionFor();
    const cpu = { ...resource, mode: "auto", used: 141.2 } as const;
    const mem = { ...resource, mode: "auto", used: 3012.4, current: 4096, max: 8192 } as const;
    const change = { ...squeeze, resource: "mem", old: 8192, new: 4096 } as const;
    api.list = [structureCalled("web-frontend", { resources: { cpu, mem }, lastChange: change })];
    await ls(session);
    const [, line] = output().split("\n");
    assert.match(line ?? "", / auto cpu\+mem .* 3012 +4096 .*8192→4096 usage-below-lower$/);
    assert.ok((line ?? "").length <= 120, line);
  });

  test("is cut to the width of a terminal, and whole in a pipe", async () => {
    for (const [options, longest] of [
      [{ answer: true }, 80],
      [{}, 110],
    ] as const) {
      const { api, output, session } = sessionFor(options);
      api.list = [structureCalled("web-frontend", { lastChange: squeeze })];
      await ls(session);
      assert.equal(
        Math.max(
          ...output()
            .split("\n")
            .map((line) => line.length),
        ),
        longest,
      );
    }
  });

  test("says so when there is nothing", async () => {
    const { api, output, session } = sessionFor();
    api.list = [];
    await ls(session);
    assert.equal(output(), "no containers are running\n");
  });

  test("gives programs everything, as JSON and as YAML", async () => {
    const json = sessionFor({ format: "json" });
    await ls(json.session);
    assert.deepEqual(JSON.parse(json.output()), [structureCalled("web")].map(asJson));
    const yaml = sessionFor({ format: "yaml" });
    await ls(yaml.session);
    assert.match(yaml.output(), /^- name: web\n {2}id: "4711"\n/);
  });
});

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("get shows limits of every resource and what was used of what was allocated", async () => {
  const { output, session } = sessionFor();
  await get(session, "web");
  assert.match(output(), /^cpu \(core-seconds\) +30 +60 +120 +50 %$/m);
  assert.match(output(), /^mem \(MiB-seconds\) +30000 +60000 +120000 +50 %$/m);
  assert.match(
    output(),
    /^cpu \(shares\) +observe +serverless-rules +41\.3 +200 +200 +10 +200 +160 +180 +10 % of max/m,
  );
  assert.match(output(), /^mem \(MiB\) +observe +serverless-rules +- +none/m);
});

test("explain gives the sentence, the decision, the brakes and the last change", async () => {
  const { output, session } = sessionFor();
  await explain(session, "web");
  assert.match(output(), /^web is scaled\.\n/);
  assert.match(output(), /the use is inside the band \(inside-band\)/);
  assert.match(output(), /brake +watched for 10 s of 300 \(learning\)/);
  assert.match(output(), /last change +12 s ago: cpu 200→140 .* by policy serverless-rules/);
});

test("health shows pause, failing services and problems", async () => {
  const { output, session } = sessionFor();
  await health(session);
  assert.match(output(), /status +degraded, everything is paused/);
  assert.match(output(), /guardian +failing: a bug/);
  assert.match(output(), /SC_HOST_PRESSED: the host is short of memory; free memory on the host/);
});

describe("the record", () => {
  test("of requests shows why they were held", async () => {
    const { output, session } = sessionFor();
    await requests(session, {});
    assert.match(output(), /10 s ago +web +cpu +200 +-60 +it uses 41 of 200 +watched for 10 s/);
  });

  test("of changes shows old, new and author", async () => {
    const { output, session } = sessionFor();
    await changes(session, {});
    assert.match(output(), /12 s ago +web +cpu +200 +140 +applied +policy serverless-rules/);
  });

  test("without anything says so, and asks for what was asked", async () => {
    const { api, output, session } = sessionFor();
    await events(session, { structure: "web", limit: 5 });
    assert.equal(output(), "nothing yet\n");
    assert.deepEqual(api.asked, [{ events: { structure: "web", limit: 5 } }]);
  });
});

describe("pause, resume and release", () => {
  const both = { name: "web", isAll: true };
  const neither = { name: undefined, isAll: false };

  test("never guess what is meant", async () => {
    const { api, session } = sessionFor();
    for (const selection of [both, neither]) {
      await assert.rejects(setPaused(session, selection, true), UsageError);
      await assert.rejects(release(session, selection), UsageError);
    }
    assert.deepEqual(api.asked, []);
  });

  test("reach one or everything", async () => {
    const { api, session } = sessionFor();
    await setPaused(session, { name: "web", isAll: false }, true);
    await setPaused(session, { name: undefined, isAll: true }, false);
    await release(session, { name: undefined, isAll: true });
    assert.deepEqual(api.asked, [{ pause: "web" }, { resume: undefined }, { release: undefined }]);
  });

  test("warnings go beside the output", async () => {
    const { api, notes, session } = sessionFor();
    api.warnings = ["not saved"];
    await setPaused(session, { name: "web", isAll: false }, true);
    assert.deepEqual(notes, ["warning: not saved"]);
  });

  test("a release that is not complete fails, after saying what was put back", async () => {
    const { api, output, session } = sessionFor();
    api.failed = [{ structure: "x", reason: { code: "kernel-refused", text: "busy" } }];
    await assert.rejects(
      release(session, { name: undefined, isAll: true }),
      (error) => error instanceof CommandFailed && /1 not put back: x: busy/.test(error.message),
    );
    assert.match(output(), /web: first limit put back/);
    assert.match(output(), /db: had its first limit/);
  });
});

describe("release without a server", () => {
  const offline =
    (isComplete: boolean): ReleaseOffline =>
    ({ configPath }) => ({ isComplete, output: `from ${configPath}` });

  test("puts everything back with the configuration that is named", () => {
    const { output, session } = sessionFor();
    releaseWithoutServer(session.terminal, {
      name: undefined,
      isAll: true,
      config: "c.yaml",
      releaseOffline: offline(true),
    });
    assert.equal(output(), "from c.yaml\n");
  });

  test("is for everything only", () => {
    const { session } = sessionFor();
    const options = { name: "web", isAll: false, config: undefined, releaseOffline: offline(true) };
    assert.throws(() => releaseWithoutServer(session.terminal, options), UsageError);
  });

  test("that is not complete fails", () => {
    const { session } = sessionFor();
    const options = {
      name: undefined,
      isAll: true,
      config: undefined,
      releaseOffline: offline(false),
    };
    assert.throws(() => releaseWithoutServer(session.terminal, options), CommandFailed);
  });
});

describe("top", () => {
  const ticks = (count: number) => {
    let left = count;
    return async () => {
      left -= 1;
      return left >= 0;
    };
  };

  test("draws the busiest first, under one line about the host", async () => {
    const { api, output, session } = sessionFor();
    api.list = [structureCalled("idle", withCpu({ used: 1 })), structureCalled("busy")];
    await top(session, { once: true, nextTick: ticks(9) });
    const [head, , , first] = output().split("\n");
    assert.equal(
      head,
      "host1: degraded, paused · 1 containers, 1 in auto · 42.3 shares and 41 MiB used · cpu utilization 50 %",
    );
    assert.match(first ?? "", /^busy/);
  });

  test("writes plain lines again and again where nobody watches", async () => {
    const { output, session } = sessionFor();
    await top(session, { once: false, nextTick: ticks(2) });
    assert.equal(output().match(/^host1/gm)?.length, 3);
    assert.equal(output().includes("\x1b"), false);
  });

  test("shows an escape sequence of an answer and does not send it to the terminal", async () => {
    const { api, output, session } = sessionFor();
    const { health } = api;
    api.health = async () => ({ ...(await health()), host: "\u001b[2Jevil" });
    await top(session, { once: true, nextTick: ticks(0) });
    assert.ok(output().startsWith("\\u001b[2Jevil: "), output());
  });

  test("gives a watched terminal back as it was, also when the server goes away", async () => {
    const { api, output, session } = sessionFor({ answer: true });
    api.structures = async () => {
      throw new Error("gone");
    };
    await assert.rejects(top(session, { once: false, nextTick: ticks(2) }), /gone/);
    assert.ok(output().endsWith("\x1b[?25h\x1b[?1049l"));
  });
});
