import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { beginRecommendation, type Reason, type Result, reason } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import type { ApiProblem } from "@sc/ports";
import {
  calm,
  containerCalled,
  orchestrate,
  squeezedTo,
  storedOf,
} from "./orchestrator-fixture.ts";

function granted<Value>(result: Result<Value, ApiProblem>): Value {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

const problemOf = (result: Result<unknown, ApiProblem>): ApiProblem | undefined =>
  result.ok ? undefined : result.error;

const refused: Reason = reason("kernel-refused", "the kernel said no");

describe("looking", () => {
  test("what recommendations would have meant is shown where there are any", async () => {
    const { orchestrator, recommended } = await orchestrate([containerCalled("web")]);
    const followed = { ...beginRecommendation(80, undefined), seconds: 60, changes: 2 };
    recommended.set("cpu", { ...followed, used: 2400, allocated: 4800, shortSeconds: 3 });
    const { resources } = granted(orchestrator.structure("web"));
    assert.deepEqual(resources.cpu.recommended, {
      limit: 80,
      seconds: 60,
      utilization: 0.5,
      shortSeconds: 3,
      changes: 2,
    });
    assert.equal(resources.mem.recommended, undefined);
  });

  test("a container is shown with its limits, use, thresholds and brakes", async () => {
    const { orchestrator, brakes } = await orchestrate([containerCalled("web", squeezedTo(100))]);
    brakes.status = { isLearning: true, firstShrinkInSeconds: 10, inForce: [] };
    const view = granted(orchestrator.structure("web"));
    const { mode, current, first, used, max, upper, lower } = view.resources.cpu;
    assert.deepEqual(
      { mode, current, first, used, max, upper, lower },
      { mode: "observe", current: 100, first: 200, used: 40, max: 200, upper: 80, lower: 60 },
    );
    assert.equal(view.isLearning, true);
    assert.equal(view.host, "host1");
  });

  test("a limit that cannot be read has no thresholds, and no limit is null", async () => {
    const limits = { cpu: undefined, memMib: null };
    const { orchestrator } = await orchestrate([containerCalled("web", { limits })]);
    const { resources } = granted(orchestrator.structure("web"));
    assert.equal(resources.cpu.current, undefined);
    assert.equal(resources.cpu.upper, undefined);
    assert.equal(resources.mem.current, null);
  });

  test("a container whose settings are not known yet is left out, the others are shown", async () => {
    const { agent, orchestrator } = await orchestrate([containerCalled("web")]);
    agent.known.set(nameFor("new"), containerCalled("new"));
    assert.deepEqual(
      orchestrator.listStructures().map(({ name }) => name),
      ["web"],
    );
  });

  test("what is no name and what is not there are told apart", async () => {
    const { orchestrator } = await orchestrate([]);
    for (const name of ["", "../x", "a/b", "nul\0", "x".repeat(300)]) {
      assert.equal(problemOf(orchestrator.structure(name))?.code, "SC_NAME_INVALID");
    }
    assert.equal(problemOf(orchestrator.explain("web"))?.code, "SC_STRUCTURE_UNKNOWN");
  });
});

describe("setting the mode", () => {
  test("means cpu unless other resources are named", async () => {
    const { orchestrator } = await orchestrate([containerCalled("web")]);
    const { structure } = granted(await orchestrator.setMode("web", { mode: "recommend" }));
    assert.equal(structure.resources.cpu.mode, "recommend");
    assert.equal(structure.resources.mem.mode, "observe");
  });

  test("to auto is cpu alone, unless memory is named", async () => {
    const { orchestrator, registry } = await orchestrate([containerCalled("web")]);
    const modes = () => {
      const settings = registry.settingsOf(nameFor("web"))?.resources;
      return [settings?.cpu.mode, settings?.mem.mode];
    };
    await orchestrator.setMode("web", { mode: "auto" });
    assert.deepEqual(modes(), ["auto", "observe"]);
    await orchestrator.setMode("web", { mode: "auto", resources: ["mem"] });
    assert.deepEqual(modes(), ["auto", "auto"]);
  });

  test("to auto is not in force unless it is saved", async () => {
    const { orchestrator, registry, store } = await orchestrate([containerCalled("web")]);
    store.refuse("disk full");
    const problem = problemOf(await orchestrator.setMode("web", { mode: "auto" }));
    assert.equal(problem?.code, "SC_STATE_NOT_SAVED");
    assert.match(problem?.detail ?? "", /disk full/);
    assert.equal(registry.settingsOf(nameFor("web"))?.resources.cpu.mode, "observe");
  });

  test("to observe is in force on a full disk too, with a warning", async () => {
    const { orchestrator, store } = await orchestrate([containerCalled("web")]);
    await orchestrator.setMode("web", { mode: "auto" });
    store.refuse("disk full");
    const outcome = granted(await orchestrator.setMode("web", { mode: "observe" }));
    assert.equal(outcome.structure.resources.cpu.mode, "observe");
    assert.match(outcome.warnings.join(), /lost at the next restart.*disk full/);
  });

  for (const mode of ["observe", "recommend"] as const) {
    test(`to ${mode} puts back the first limit of a squeezed container, out of auto first`, async () => {
      const { agent, orchestrator } = await orchestrate([containerCalled("web", squeezedTo(50))]);
      await orchestrator.setMode("web", { mode: "auto" });
      const outcome = granted(await orchestrator.setMode("web", { mode }));
      assert.deepEqual(agent.releases, [["web"]]);
      assert.deepEqual(agent.modesAtRelease, [mode]);
      assert.deepEqual(outcome.warnings, ["its first limit was put back"]);
    });
  }

  test("of one resource leaves a container squeezed whose other resource is in auto", async () => {
    const { agent, orchestrator } = await orchestrate([containerCalled("web", squeezedTo(50))]);
    await orchestrator.setMode("web", { mode: "auto" });
    await orchestrator.setMode("web", { mode: "recommend", resources: ["mem"] });
    assert.deepEqual(agent.releases, []);
  });

  test("of one resource puts back that one alone, whatever the other is in", async () => {
    const { agent, orchestrator } = await orchestrate([containerCalled("web", squeezedTo(50))]);
    await orchestrator.setMode("web", { mode: "auto", resources: ["cpu", "mem"] });
    const outcome = granted(await orchestrator.setMode("web", { mode: "observe" }));
    assert.deepEqual(agent.releases, [["web"]]);
    assert.deepEqual(agent.resourcesAtRelease, [["cpu"]]);
    assert.deepEqual(outcome.warnings, ["its first limit was put back"]);
  });

  test("to observe says when the first limit could not be put back", async () => {
    const { agent, orchestrator } = await orchestrate([containerCalled("web", squeezedTo(50))]);
    agent.failure = refused;
    const outcome = granted(await orchestrator.setMode("web", { mode: "observe" }));
    assert.match(outcome.warnings.join(), /not back yet: the kernel said no/);
  });

  test("to observe leaves a container alone that has its first limit", async () => {
    const { agent, orchestrator } = await orchestrate([containerCalled("web")]);
    await orchestrator.setMode("web", { mode: "observe" });
    assert.deepEqual(agent.releases, []);
  });
});

describe("previewing a mode", () => {
  test("shows what policy would write first, and changes nothing", async () => {
    const { brakes, orchestrator, registry } = await orchestrate([containerCalled("web")]);
    brakes.status = { isLearning: true, firstShrinkInSeconds: 120, inForce: [] };
    const preview = granted(orchestrator.previewMode("web", { mode: "auto" }));
    const { current, firstLimit, min, max, firstShrinkInSeconds } = preview;
    assert.deepEqual(
      { current, firstLimit, min, max, firstShrinkInSeconds },
      { current: 200, firstLimit: 150, min: 10, max: 200, firstShrinkInSeconds: 120 },
    );
    assert.equal(registry.settingsOf(nameFor("web"))?.resources.cpu.mode, "observe");
  });

  test("says that nothing is written while it is paused", async () => {
    const { orchestrator } = await orchestrate([containerCalled("web")]);
    await orchestrator.setPaused("web", true);
    const preview = granted(orchestrator.previewMode("web", { mode: "auto" }));
    assert.deepEqual([preview.current, preview.firstLimit], [200, 200]);
    assert.equal(preview.reason.code, "paused");
  });

  test("of observe shows that the first limit comes back", async () => {
    const { orchestrator } = await orchestrate([containerCalled("web", squeezedTo(50))]);
    await orchestrator.setMode("web", { mode: "auto" });
    const preview = granted(orchestrator.previewMode("web", { mode: "observe" }));
    assert.deepEqual([preview.current, preview.firstLimit], [50, 200]);
    assert.equal(preview.reason.code, "released");
  });
});

describe("setting limits", () => {
  test("puts them in force and keeps them over a restart", async () => {
    const { orchestrator, store } = await orchestrate([containerCalled("web")]);
    const update = { resource: "cpu", min: 20, max: 300 } as const;
    const { structure } = granted(await orchestrator.setLimits("web", update));
    assert.deepEqual([structure.resources.cpu.min, structure.resources.cpu.max], [20, 300]);
    assert.equal(structure.resources.cpu.maxFrom, "owner");
    assert.deepEqual(await storedOf(store, "web"), { resources: { cpu: { min: 20, max: 300 } } });
  });

  test("refuses more than the host has", async () => {
    const { orchestrator } = await orchestrate([containerCalled("web")]);
    const cpu = await orchestrator.setLimits("web", { resource: "cpu", max: 401 });
    const mem = await orchestrator.setLimits("web", { resource: "mem", max: 8193 });
    assert.deepEqual([problemOf(cpu)?.field, problemOf(mem)?.field], ["max", "max"]);
  });
});

describe("pausing", () => {
  test("one or everything is in force at once, also on a full disk", async () => {
    const { orchestrator, registry, store } = await orchestrate([
      containerCalled("web"),
      containerCalled("db"),
    ]);
    store.refuse("disk full");
    const one = granted(await orchestrator.setPaused("web", true));
    assert.deepEqual(one.structures, ["web"]);
    assert.equal(one.warnings.length, 1);
    assert.equal(registry.isPaused(nameFor("db")), false);
    const all = granted(await orchestrator.setPaused(undefined, true));
    assert.deepEqual(all.structures, ["web", "db"]);
    assert.equal(registry.isPaused(nameFor("db")), true);
  });

  test("is not ended unless that is saved", async () => {
    const { orchestrator, registry, store } = await orchestrate([containerCalled("web")]);
    await orchestrator.setPaused(undefined, true);
    store.refuse("disk full");
    const resumed = await orchestrator.setPaused(undefined, false);
    assert.equal(problemOf(resumed)?.code, "SC_STATE_NOT_SAVED");
    assert.equal(registry.isPausedAll, true);
  });

  test("ended for everything says which are still paused by themselves", async () => {
    const { orchestrator } = await orchestrate([containerCalled("web"), containerCalled("db")]);
    await orchestrator.setPaused("web", true);
    await orchestrator.setPaused(undefined, true);
    const { warnings } = granted(await orchestrator.setPaused(undefined, false));
    assert.deepEqual(warnings, ["still paused by themselves, resume them by name: web"]);
  });

  test("ended for one while everything is paused says so", async () => {
    const { orchestrator } = await orchestrate([containerCalled("web")]);
    await orchestrator.setPaused(undefined, true);
    const { warnings } = granted(await orchestrator.setPaused("web", false));
    assert.match(warnings.join(), /everything is still paused/);
  });
});

describe("releasing", () => {
  test("one puts it into observe before its limit is put back", async () => {
    const { agent, orchestrator } = await orchestrate([
      containerCalled("web"),
      containerCalled("db"),
    ]);
    await orchestrator.setMode("web", { mode: "auto" });
    const report = granted(await orchestrator.release("web"));
    assert.deepEqual(report.released, ["web"]);
    assert.deepEqual(agent.releases, [["web"]]);
    assert.deepEqual(agent.modesAtRelease, ["observe"]);
  });

  test("everything reaches those in auto that are not running now", async () => {
    const { agent, orchestrator, store } = await orchestrate([
      containerCalled("web"),
      containerCalled("db"),
    ]);
    await orchestrator.setMode("db", { mode: "auto" });
    agent.known.delete(nameFor("db"));
    granted(await orchestrator.release(undefined));
    assert.deepEqual(agent.releases, [undefined]);
    assert.equal((await storedOf(store, "db"))?.resources?.cpu?.mode, "observe");
  });

  test("works while paused and on a full disk", async () => {
    const { agent, orchestrator, store, warnings } = await orchestrate([containerCalled("web")]);
    await orchestrator.setMode("web", { mode: "auto" });
    await orchestrator.setPaused(undefined, true);
    store.refuse("disk full");
    granted(await orchestrator.release("web"));
    assert.deepEqual(agent.modesAtRelease, ["observe"]);
    assert.equal(warnings.length, 1);
  });

  test("that fails is a refusal with its cause, and the mode stays observe", async () => {
    const { agent, orchestrator } = await orchestrate([containerCalled("web")]);
    await orchestrator.setMode("web", { mode: "auto" });
    agent.failure = new Error("the writer is gone");
    const problem = problemOf(await orchestrator.release("web"));
    assert.equal(problem?.code, "SC_RELEASE_INCOMPLETE");
    assert.match(problem?.detail ?? "", /the writer is gone/);
    assert.equal(granted(orchestrator.structure("web")).resources.cpu.mode, "observe");
  });
});

describe("health", () => {
  test("is ok when every service runs and there is nothing to look at", async () => {
    const { clock, orchestrator } = await orchestrate([containerCalled("web")]);
    await orchestrator.setMode("web", { mode: "auto" });
    clock.now += 60;
    const { status, uptimeSeconds, containers, inAuto, problems } = orchestrator.hostHealth();
    assert.deepEqual(
      { status, uptimeSeconds, containers, inAuto, problems },
      { status: "ok", uptimeSeconds: 60, containers: 1, inAuto: 1, problems: [] },
    );
  });

  test("is degraded and says by what", async () => {
    const { agent, guardian, orchestrator, store } = await orchestrate([containerCalled("web")]);
    guardian.health = { status: "failing", lastError: "a bug" };
    agent.observation = {
      ...calm,
      cpu: { ...calm.cpu, isOvercommitted: true },
      isPressed: true,
    };
    agent.found = [{ what: "a/b", code: "SC_NAME_INVALID", text: "no name" }];
    store.refuse("disk full");
    await orchestrator.setPaused("web", true);
    const { status, problems } = orchestrator.hostHealth();
    assert.equal(status, "degraded");
    assert.deepEqual(
      problems.map(({ code }) => code),
      [
        "SC_SERVICE_FAILING",
        "SC_HOST_OVERCOMMITTED",
        "SC_HOST_PRESSED",
        "SC_STATE_NOT_SAVED",
        "SC_NAME_INVALID",
      ],
    );
  });
});

describe("while what is stored cannot be read", () => {
  const unknown = () =>
    orchestrate([containerCalled("web", squeezedTo(50))], {
      code: "SC_STATE_LOCKED",
      text: "locked",
    });

  test("containers are shown, paused and in observe, and the server is not ready", async () => {
    const { orchestrator } = await unknown();
    const web = granted(orchestrator.structure("web"));
    assert.deepEqual([web.isPaused, web.resources.cpu.mode], [true, "observe"]);
    const { isPaused, isReady } = orchestrator.hostHealth();
    assert.deepEqual({ isPaused, isReady }, { isPaused: true, isReady: false });
  });

  test("nothing is set, and every refusal says what to do", async () => {
    const { orchestrator, store } = await unknown();
    const refusals = [
      await orchestrator.setMode("web", { mode: "auto" }),
      await orchestrator.setMode("web", { mode: "observe" }),
      await orchestrator.setLimits("web", { resource: "cpu", max: 100 }),
      await orchestrator.setPaused("web", true),
      await orchestrator.setPaused(undefined, false),
    ].map(problemOf);
    for (const problem of refusals) {
      assert.equal(problem?.code, "SC_STATE_UNREADABLE");
      assert.match(problem?.detail ?? "", /health says why, and what to do/);
    }
    store.setUnreadable(undefined);
    assert.equal(await storedOf(store, "web"), undefined);
  });

  test("release still puts first limits back", async () => {
    const { agent, orchestrator } = await unknown();
    granted(await orchestrator.release("web"));
    assert.deepEqual(agent.releases, [["web"]]);
  });
});

test("what other parts found is in the health, and what is harmless does not degrade it", async () => {
  const { history, orchestrator, problems } = await orchestrate([containerCalled("web")]);
  problems.push({ code: "SC_SANITY_SETTINGS_UNUSED", text: "not seen", structure: "gone" });
  problems.push({ code: "SC_ROUTES_OPEN", text: "for this host" });
  assert.equal(orchestrator.hostHealth().status, "ok");
  problems.push({ code: "SC_SANITY_BAND_TOO_NARROW", text: "too narrow", nextStep: "widen it" });
  history.fail({ code: "SC_HISTORY_FULL", text: "no space left" });
  const { status, isReady, problems: told, history: kept } = orchestrator.hostHealth();
  assert.deepEqual([status, isReady], ["degraded", true]);
  assert.equal(told.at(-1)?.nextStep, "widen it");
  assert.equal(kept?.failure?.code, "SC_HISTORY_FULL");
});

test("a history that is not written is a problem, and keeps nothing from being ready", async () => {
  const { history, orchestrator } = await orchestrate([containerCalled("web")]);
  history.fail({ code: "SC_HISTORY_NEWER", text: "its version is 99" });
  const { status, isReady, problems } = orchestrator.hostHealth();
  assert.deepEqual([status, isReady], ["degraded", true]);
  assert.deepEqual(
    problems.map(({ code, text }) => [code, text]),
    [["SC_HISTORY_NEWER", "its version is 99"]],
  );
});
