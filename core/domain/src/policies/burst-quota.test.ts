import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CpuLimit } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { idFor, nameFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import { burstQuota } from "./burst-quota.ts";
import type { Observation, Outcome } from "./policy.ts";

/** One container under the policy; what is asked for is applied before the next sample. */
class Followed {
  readonly asked: Outcome[] = [];
  limit: CpuLimit;
  isObeyed = true;
  readonly #policy = burstQuota();
  readonly #settings: ResourceSettings;
  #state = this.#policy.begin(monotonicSeconds(0));
  #at = 0;

  constructor(limit: Partial<CpuLimit>, settings: Partial<ResourceSettings> = {}) {
    this.limit = { quotaShares: 300, burstShares: 0, periodMs: 100, weight: 100, ...limit };
    this.#settings = settingsFor({ min: 10, ...settings });
  }

  use(used: number, observed: Partial<Observation> = {}): Outcome {
    this.#at += 0.1;
    const { outcome, state } = this.#policy.decide(this.#state, {
      observation: {
        structure: nameFor("web"),
        id: idFor("web"),
        windowSeconds: 0.1,
        used,
        limit: this.limit.quotaShares,
        cpuLimit: this.limit,
        isFrozen: false,
        ...observed,
      },
      settings: this.#settings,
      at: monotonicSeconds(this.#at),
      stamp: wallSeconds(this.#at),
    });
    this.#state = state;
    if (outcome.kind === "request") this.#take(outcome);
    return outcome;
  }

  /** The outcome of the last of so many seconds. */
  useFor(seconds: number, used: number): Outcome {
    let last = this.use(used);
    for (let sample = 1; sample < Math.round(seconds * 10); sample += 1) last = this.use(used);
    return last;
  }

  #take(outcome: Outcome & { kind: "request" }): void {
    this.asked.push(outcome);
    if (!this.isObeyed) return;
    const { from, amount, cpu } = outcome.request;
    const quotaShares = from + amount;
    this.limit = { ...this.limit, weight: quotaShares, ...cpu, quotaShares };
  }

  codes(): readonly string[] {
    return this.asked.flatMap((one) => (one.kind === "request" ? [one.request.reason.code] : []));
  }
}

const codeOf = (outcome: Outcome): string =>
  outcome.kind === "request" ? outcome.request.reason.code : outcome.reason.code;

describe("lowering", () => {
  test("begins when a bucket was full for a second, and not in the first three", () => {
    const web = new Followed({});
    assert.equal(codeOf(web.useFor(2.9, 50)), "start-up");
    web.useFor(1, 50);
    assert.deepEqual(web.codes(), ["bucket-stays-full"]);
    assert.deepEqual(web.limit, {
      quotaShares: 50.5,
      burstShares: 50.5,
      periodMs: 1000,
      weight: 50.5,
    });
  });

  test("steady use is left one percent, and nothing is written any more", () => {
    const web = new Followed({});
    web.useFor(120, 50);
    assert.equal(web.asked.length, 1);
    assert.equal(codeOf(web.use(50)), "inside-band");
  });

  test("an idle container comes down to min", () => {
    const web = new Followed({});
    web.useFor(20, 100);
    web.useFor(60, 0);
    assert.equal(web.limit.quotaShares, 10);
    assert.equal(codeOf(web.use(0)), "at-min");
  });

  test("use that varies is left more, in proportion to its variance", () => {
    const varying = (from: number, to: number): number => {
      const web = new Followed({});
      for (let sample = 0; sample < 3000; sample += 1) web.use(sample % 2 === 0 ? from : to);
      return web.limit.quotaShares ?? 0;
    };
    assert.ok(varying(45, 55) < 51, `${varying(45, 55)}`);
    const wide = varying(0, 200);
    assert.ok(wide > 104 && wide < 115, `${wide}`);
  });
});

describe("raising", () => {
  const idle = (): Followed => {
    const web = new Followed({});
    web.useFor(60, 0);
    return web;
  };

  test("an idle container is back within one sample", () => {
    const web = idle();
    assert.equal(codeOf(web.use(100)), "bucket-runs-low");
    assert.equal(web.limit.quotaShares, 100);
  });

  test("a bucket that covers it is left to do so", () => {
    const web = new Followed({});
    web.useFor(60, 50);
    // 50.5 share-seconds are saved; 10 shares above the quota for a second take 10 of them.
    assert.equal(codeOf(web.useFor(1, 60)), "bucket-in-use");
    assert.equal(web.codes().length, 1);
  });

  test("comes before the bucket is empty, as one write: the burst stays", () => {
    const web = new Followed({});
    web.useFor(60, 50);
    const { burstShares } = web.limit;
    web.useFor(10, 70);
    assert.equal(web.codes()[1], "bucket-runs-low");
    assert.ok((web.limit.quotaShares ?? 0) > 60);
    assert.equal(web.limit.burstShares, burstShares);
  });

  test("stops at max, where stalls are made short", () => {
    const web = new Followed({}, { max: 80 });
    web.useFor(60, 10);
    web.useFor(20, 85);
    assert.equal(web.limit.quotaShares, 80);
    assert.equal(web.limit.periodMs, 100);
    assert.equal(codeOf(web.use(90)), "at-max");
  });

  test("that is denied for half a second makes stalls short", () => {
    const web = idle();
    web.isObeyed = false;
    assert.equal(codeOf(web.useFor(0.4, 100)), "bucket-runs-low");
    web.isObeyed = true;
    assert.equal(web.limit.periodMs, 1000);
    assert.equal(codeOf(web.use(100)), "period-shortened");
    assert.equal(web.limit.periodMs, 100);
    assert.equal(web.limit.quotaShares, 10);
  });
});

describe("what the kernel counted", () => {
  test("corrects what was computed: who uses the whole quota and was throttled has nothing saved", () => {
    const web = new Followed({});
    web.useFor(60, 50);
    web.use(50, { throttledPeriods: 7 });
    assert.equal(web.asked.length, 1);
    assert.equal(codeOf(web.use(50.4, { throttledPeriods: 8 })), "bucket-runs-low");
  });

  test("says nothing where it has not changed, or begins anew", () => {
    const web = new Followed({});
    web.useFor(60, 50);
    web.use(50, { throttledPeriods: 7 });
    web.use(50.4, { throttledPeriods: 7 });
    web.use(50.4, { throttledPeriods: 0 });
    assert.equal(web.asked.length, 1);
  });
});

describe("what is missing or stands still", () => {
  test("is no use of zero", () => {
    const web = new Followed({});
    web.useFor(60, 50);
    const before = web.asked.length;
    assert.equal(codeOf(web.use(0, { used: undefined })), "no-data");
    assert.equal(codeOf(web.use(0, { windowSeconds: undefined })), "no-window-yet");
    assert.equal(codeOf(web.use(0, { isFrozen: true })), "frozen");
    assert.equal(web.asked.length, before);
  });

  test("for a minute leads to the safe limit", () => {
    const web = new Followed({});
    web.useFor(60, 50);
    for (let sample = 0; sample < 599; sample += 1) web.use(0, { used: undefined });
    assert.equal(web.limit.quotaShares, 50.5);
    web.use(0, { used: undefined });
    web.use(0, { used: undefined });
    assert.equal(web.limit.quotaShares, 300);
  });
});

test("a limit outside the owner's band goes there first", () => {
  const above = new Followed({ quotaShares: 400 });
  assert.equal(codeOf(above.use(50)), "above-max");
  const below = new Followed({ quotaShares: 5 });
  assert.equal(codeOf(below.use(1)), "below-min");
});

test("no limit at all counts as max, and is lowered from there", () => {
  const web = new Followed({ quotaShares: null });
  web.useFor(13, 50);
  const [first] = web.asked;
  assert.ok(first?.kind === "request");
  assert.equal(first.request.from, 300);
  assert.equal(first.request.amount, -249.5);
});

test("every outcome says what was seen", () => {
  const web = new Followed({});
  web.useFor(12, 50);
  const outcome = web.use(50);
  assert.ok(outcome.kind === "hold");
  assert.match(
    outcome.reason.text,
    /^used 50 of 50\.5 shares, 50 on average; [\d.]+ of 50\.5 share-seconds saved: /,
  );
});
