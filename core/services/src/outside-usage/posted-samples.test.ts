import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { type StructureName, wallSeconds } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import type { OutsideReading, PostedPart } from "@sc/ports";
import { TickingClock } from "../service-loop/ticking-clock.ts";
import { PostedSamples } from "./posted-samples.ts";

const host = "cont0";

/** A sender, and what is made of its points: resource, used, window. */
class Posting {
  readonly clock = new TickingClock();
  readonly readings: (readonly [string, number, number | undefined])[] = [];
  readonly known = new Set<StructureName>([nameFor(host)]);
  readonly begin = this.clock.wall();
  readonly #samples = new PostedSamples({
    clock: this.clock,
    isKnown: (name) => this.known.has(name),
    intake: {
      take: (_, readings) => {
        for (const each of readings) this.#keep(each);
      },
    },
  });

  #keep({ resource, used, windowSeconds }: OutsideReading): void {
    this.readings.push([resource, used, windowSeconds]);
  }

  /** `at` is seconds since the beginning. */
  post(at: number, part: PostedPart, value = 1, process = "1"): void {
    const stamp = wallSeconds(this.begin + at);
    this.#samples.take({ host, part, process, stamp, value });
  }

  cpu(at: number, user: number, kernel: number, process = "1"): void {
    this.post(at, "cpuUser", user, process);
    this.post(at, "cpuKernel", kernel, process);
  }

  spoil(part?: PostedPart, at?: number): void {
    this.#samples.spoil({
      host,
      ...(part !== undefined && { part }),
      ...(at !== undefined && { stamp: wallSeconds(this.begin + at) }),
    });
  }

  tick(seconds: number): void {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.clock.tick();
      this.#samples.sweep();
    }
  }
}

describe("a posted sample", () => {
  let posting: Posting;
  beforeEach(() => {
    posting = new Posting();
  });
  const readings = () => posting.readings;

  test("is whole when the next one begins: user and kernel time of all its processes", () => {
    posting.cpu(0, 10, 2);
    posting.cpu(0, 20, 4, "7");
    posting.post(0, "memResident", 100);
    assert.deepEqual(readings(), []);
    posting.post(5, "sign");
    assert.deepEqual(readings(), [
      ["cpu", 36, undefined],
      ["mem", 100, undefined],
    ]);
  });

  test("has the time since the one before for a window", () => {
    for (const at of [0, 5, 12]) posting.cpu(at, at, 0);
    posting.post(14, "sign");
    assert.deepEqual(readings(), [
      ["cpu", 0, undefined],
      ["cpu", 5, 5],
      ["cpu", 12, 7],
    ]);
  });

  test("is the same however its lines are split over posts", () => {
    posting.cpu(0, 10, 2);
    posting.tick(5);
    posting.cpu(0, 20, 4, "7");
    posting.cpu(5, 1, 1);
    assert.deepEqual(readings(), [["cpu", 36, undefined]]);
  });

  test("has the last word about a process that is told of twice", () => {
    posting.cpu(0, 10, 2);
    posting.cpu(0, 30, 3);
    posting.post(5, "sign");
    assert.deepEqual(readings(), [["cpu", 33, undefined]]);
  });

  test("is not taken for a whole where only user time came, or kernel time of other processes", () => {
    posting.post(0, "cpuUser", 10);
    posting.post(5, "cpuUser", 10);
    posting.post(5, "cpuKernel", 1, "7");
    posting.cpu(10, 10, 1);
    posting.post(10, "cpuUser", 5, "7");
    posting.post(15, "sign");
    assert.deepEqual(readings(), []);
  });

  test("is not taken where a point of it was refused; what else it says is", () => {
    posting.cpu(0, 10, 2);
    posting.post(0, "memResident", 100);
    posting.spoil("cpuUser", 0);
    posting.post(5, "sign");
    assert.deepEqual(readings(), [["mem", 100, undefined]]);
  });

  test("is not taken at all where nobody knows what is missing", () => {
    posting.cpu(0, 10, 2);
    posting.post(0, "memResident", 100);
    posting.spoil();
    posting.post(5, "sign");
    assert.deepEqual(readings(), []);
  });

  test("that was taken is not changed by what comes late, or comes again", () => {
    for (const at of [0, 5, 0, 3, 5, 10]) posting.cpu(at, 1 + at, 0);
    assert.deepEqual(readings(), [
      ["cpu", 1, undefined],
      ["cpu", 6, 5],
    ]);
  });

  test("without a process that ran is no use at all, while its sender lives", () => {
    posting.cpu(0, 10, 2);
    posting.post(5, "sign");
    posting.post(10, "sign");
    assert.deepEqual(readings().slice(1), [["cpu", 0, 5]]);
  });

  test("of a sender that never told of cpu says nothing of it", () => {
    for (const at of [0, 5, 10]) posting.post(at, "memResident", 50);
    assert.deepEqual(
      readings().map(([resource]) => resource),
      ["mem", "mem"],
    );
  });

  test("without a process large enough to be posted says nothing of memory", () => {
    posting.post(0, "memResident", 50);
    posting.post(5, "sign");
    posting.post(10, "sign");
    assert.deepEqual(readings(), [["mem", 50, undefined]]);
  });

  test("that nothing follows is left: its sender may have died in the middle of it", () => {
    posting.cpu(0, 10, 2);
    posting.cpu(5, 10, 2);
    posting.tick(300);
    assert.equal(readings().length, 1);
  });

  test("that is a sender's first is taken after a while, and what is silent in it is not known", () => {
    posting.cpu(0, 10, 2);
    posting.tick(9);
    assert.deepEqual(readings(), []);
    posting.tick(2);
    assert.deepEqual(readings(), [["cpu", 12, undefined]]);
  });

  test("that comes a minute late says nothing of now", () => {
    posting.tick(70);
    for (const at of [0, 5, 10]) posting.cpu(at, 10, 0);
    assert.deepEqual(
      readings().map(([, used]) => used),
      [],
    );
    posting.cpu(15, 20, 0);
    posting.cpu(20, 20, 0);
    assert.deepEqual(readings(), [
      ["cpu", 10, 5],
      ["cpu", 20, 5],
    ]);
  });

  test("after a gap has no window: what was used in between nobody told", () => {
    posting.cpu(0, 10, 0);
    posting.cpu(5, 10, 0);
    posting.tick(100);
    posting.cpu(105, 10, 0);
    posting.cpu(110, 10, 0);
    assert.deepEqual(readings().at(-1), ["cpu", 10, undefined]);
  });

  test("of the network is another program's, and ended by its own next one", () => {
    posting.cpu(0, 10, 0);
    posting.post(1, "netIn", 5);
    posting.cpu(3, 10, 0);
    posting.post(2, "netIn", 5);
    assert.deepEqual(readings(), [["cpu", 10, undefined]]);
  });

  test("of disk is the sum of its processes; of the network both ways, of one way alone it is not known", () => {
    posting.post(0, "diskReads", 1.5);
    posting.post(0, "diskReads", 2, "7");
    posting.post(0, "diskWrites", 4);
    posting.post(5, "sign");
    posting.post(0, "netIn", 5);
    posting.post(0, "netOut", 7);
    posting.post(5, "netIn", 5);
    posting.post(10, "netIn", 5);
    assert.deepEqual(readings(), [
      ["disk_read", 3.5, undefined],
      ["disk_write", 4, undefined],
      ["net", 12, undefined],
    ]);
  });

  test("of what does not run here is not kept", () => {
    posting.known.clear();
    for (const at of [0, 5]) posting.cpu(at, 10, 0);
    posting.known.add(nameFor(host));
    posting.cpu(10, 1, 0);
    posting.known.clear();
    posting.tick(1);
    posting.known.add(nameFor(host));
    posting.cpu(15, 1, 0);
    assert.deepEqual(readings(), []);
  });
});
