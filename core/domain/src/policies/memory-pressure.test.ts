import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ResourceEvent } from "../messages/messages.ts";
import { leastMemoryMarginMib } from "../observation/memory-growth.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { idFor, nameFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import { memoryPressure } from "./memory-pressure.ts";
import type { Observation, ObservedMemory, Outcome } from "./policy.ts";

/** One container under the policy; what is asked for is applied before the next sample. */
class Followed {
  readonly events: ResourceEvent[] = [];
  limit: number | null;
  changes = 0;
  readonly #policy = memoryPressure();
  readonly #settings: ResourceSettings;
  #state = this.#policy.begin(monotonicSeconds(0));
  #at = 0;

  constructor(limit: number | null, settings: Partial<ResourceSettings> = {}) {
    this.limit = limit;
    this.#settings = settingsFor({ min: 16, max: 1024, ...settings });
  }

  use(used: number, memory: Partial<ObservedMemory> = {}, seconds = 1): Outcome {
    return this.see({ used, memory: memoryOf(used, memory) }, seconds);
  }

  see(observed: Partial<Observation>, seconds = 1): Outcome {
    this.#at += seconds;
    const observation: Observation = {
      structure: nameFor("web"),
      id: idFor("web"),
      windowSeconds: seconds,
      used: undefined,
      limit: this.limit,
      isFrozen: false,
      ...observed,
    };
    const at = monotonicSeconds(this.#at);
    const stamp = wallSeconds(this.#at);
    const decision = this.#policy.decide(this.#state, {
      observation,
      settings: this.#settings,
      at,
      stamp,
    });
    this.#state = decision.state;
    this.events.push(...decision.events);
    if (decision.outcome.kind === "request") {
      const { from, amount } = decision.outcome.request;
      this.limit = from + amount;
      this.changes += 1;
    }
    return decision.outcome;
  }

  useFor(seconds: number, used: number, memory: Partial<ObservedMemory> = {}): Outcome {
    let last = this.use(used, memory);
    for (let second = 1; second < seconds; second += 1) last = this.use(used, memory);
    return last;
  }
}

function memoryOf(used: number, memory: Partial<ObservedMemory>): ObservedMemory {
  const dirtyMib = memory.dirtyMib ?? 0;
  return {
    floorMib: used + dirtyMib + leastMemoryMarginMib(used),
    cachedMib: 0,
    dirtyMib,
    refaultMibPerSecond: 0,
    swappedMib: undefined,
    isBraked: true,
    isWaiting: false,
    ...memory,
  };
}

const codeOf = (outcome: Outcome): string =>
  outcome.kind === "hold" ? outcome.reason.code : outcome.request.reason.code;
const textOf = (outcome: Outcome): string =>
  outcome.kind === "hold" ? outcome.reason.text : outcome.request.reason.text;

describe("memory-pressure", () => {
  test("lowers the limit to what is in use, its margin and a little, after a window", () => {
    const web = new Followed(1024);
    assert.equal(codeOf(web.useFor(3, 400)), "inside-band");
    const lowered = web.useFor(2, 400);
    assert.equal(web.limit, 400 + 16 + 20);
    assert.equal(codeOf(lowered), "inside-band");
    assert.match(
      textOf(lowered),
      /^used 400 of 436 MiB, needs 416 with its margin: the limit fits$/,
    );
    web.useFor(300, 400);
    assert.equal(web.changes, 1);
  });

  test("keeps a tenth of the use where the limit kills, as what was not seen coming must fit", () => {
    const web = new Followed(1024);
    web.useFor(60, 400, { isBraked: false });
    assert.equal(web.limit, 400 + 40 + 20);
  });

  test("an unlimited container comes down from its max", () => {
    const web = new Followed(null);
    web.useFor(60, 400);
    assert.equal(web.limit, 436);
  });

  test("uses three quarters and more of the limit of a container of 20 MiB", () => {
    const web = new Followed(60);
    web.useFor(60, 20, { isBraked: false });
    assert.ok(20 / Number(web.limit) >= 0.75, `${web.limit}`);
  });

  test("raises at once when need no longer fits, and further ahead what grows fast", () => {
    const web = new Followed(436);
    const slow = web.use(425);
    assert.equal(codeOf(slow), "memory-needed");
    assert.equal(web.limit, Math.ceil(425 + 16 + 425 * 0.05));
    // 50 MiB in a sample of 0.1 s: two samples are a margin of 100.
    web.use(475, { floorMib: 575 }, 0.1);
    assert.equal(web.limit, 875);
  });

  test("growth of 500 MiB a second takes no more than three writes a second", () => {
    const web = new Followed(436, { max: 4096 });
    for (let used = 400; used <= 2400; used += 50) {
      assert.ok(Number(web.limit) > used, `${used} of ${web.limit}`);
      web.use(used, { floorMib: used + 100 }, 0.1);
    }
    assert.ok(web.changes <= 12, `${web.changes}`);
  });

  test("does not lower what was needed within the last window", () => {
    const web = new Followed(1024);
    for (let second = 0; second < 300; second += 1) web.use(second % 3 === 0 ? 800 : 300);
    assert.ok(Number(web.limit) >= 816, `${web.limit}`);
    assert.ok(web.changes <= 1);
  });

  test("what waits gets a quarter more, whatever its use says", () => {
    const web = new Followed(400);
    const waited = web.use(300, { isWaiting: true });
    assert.equal(codeOf(waited), "waits-for-memory");
    assert.equal(web.limit, 500);
  });

  test("gives back page cache that nobody misses, and leaves room for what is missed", () => {
    const cold = new Followed(1024);
    for (let second = 0; second < 300; second += 1)
      cold.use(100, { cachedMib: Number(cold.limit) - 100 });
    assert.ok(Number(cold.limit) < 130, `${cold.limit}`);
    const warm = new Followed(1024);
    for (let second = 0; second < 300; second += 1) {
      const cachedMib = Number(warm.limit) - 100;
      warm.use(100, { cachedMib, refaultMibPerSecond: Math.max(400 - cachedMib, 0) });
    }
    assert.ok(Number(warm.limit) >= 500 && Number(warm.limit) < 650, `${warm.limit}`);
  });

  test("says that page cache is read again, when that is why it raises", () => {
    const web = new Followed(1024);
    const outcomes: Outcome[] = [];
    for (let second = 0; second < 120; second += 1) {
      const cachedMib = Number(web.limit) - 100;
      const refaultMibPerSecond = Math.max(400 - cachedMib, 0);
      outcomes.push(web.use(100, { cachedMib, refaultMibPerSecond }));
    }
    assert.ok(outcomes.some((outcome) => codeOf(outcome) === "cache-read-again"));
  });

  test("what this limit pushed into swap is needed: the limit goes up by it", () => {
    const web = new Followed(436);
    web.useFor(40, 400, { swappedMib: 50 });
    assert.equal(web.limit, 436);
    web.use(400, { swappedMib: 90 });
    assert.equal(web.limit, 400 + 16 + 40 + 20);
  });

  test("tells once of growth that never pays, follows it, and goes no further than max", () => {
    const web = new Followed(200, { max: 400 });
    let used = 100;
    let last: Outcome = web.use(used);
    for (let step = 0; step < 4.5 * 360; step += 1) {
      used = Math.min(used + 10 / 60, 390);
      last = web.use(used, {}, 10);
    }
    assert.deepEqual(
      web.events.map(({ rule, resource }) => [rule, resource]),
      [["memory-leak-suspected", "mem"]],
    );
    assert.equal(web.limit, 400);
    assert.equal(codeOf(last), "memory-leak-suspected");
    assert.match(textOf(last), /grown for hours/);
  });

  test("a suspected leak is followed without running ahead of it", () => {
    const web = new Followed(200, { max: 4000 });
    let used = 100;
    for (let step = 0; step < 4 * 360; step += 1) {
      used += 0.5;
      web.use(used, {}, 10);
    }
    assert.equal(web.events.length, 1);
    used += 100;
    web.use(used, { floorMib: used + 100 }, 10);
    assert.ok(Number(web.limit) <= used + 100 + used * 0.05 + 1, `${web.limit} for ${used}`);
  });

  test("goes into the owner's band first", () => {
    assert.equal(codeOf(new Followed(2000).use(100)), "above-max");
    assert.equal(codeOf(new Followed(10).use(5)), "below-min");
  });

  test("holds at max and at min, and says so", () => {
    const full = new Followed(1024);
    assert.equal(codeOf(full.useFor(60, 1020)), "at-max");
    const small = new Followed(64, { min: 64 });
    assert.equal(codeOf(small.useFor(60, 5)), "at-min");
  });

  test("holds what is frozen, and what could not be read, and raises it after a minute", () => {
    const web = new Followed(436);
    assert.equal(codeOf(web.see({ isFrozen: true, used: 400 })), "frozen");
    assert.equal(codeOf(web.see({})), "no-data");
    assert.equal(codeOf(web.see({ used: 400, limit: undefined })), "no-data");
    assert.equal(codeOf(web.see({}, 61)), "no-data-for-long");
    assert.equal(web.limit, 1024);
  });

  test("keeps a margin also where the agent tells of nothing but the use", () => {
    const web = new Followed(436);
    web.see({ used: 430 });
    assert.ok(Number(web.limit) >= 446);
  });
});
