import assert from "node:assert/strict";
import { test } from "node:test";
import { byResource, Ledger, monotonicSeconds, wallSeconds } from "@sc/domain";
import type { DeclaredTotals } from "../catalogue/declared-totals.ts";
import { defaultAgentOptions } from "./agent-options.ts";
import { HostWatch } from "./host-watch.ts";

const empty = new Ledger();
const nothingGranted = byResource(() => empty);

/** 8 cores and 4 GiB, of which 6 and 3 686 MiB could be granted at most. */
function watchHost() {
  let now = 0;
  let hostCoreSeconds = 0;
  let availableMib = 4000;
  let declared: DeclaredTotals = {};
  const watch = new HostWatch(
    {
      clock: { monotonic: () => monotonicSeconds(now), wall: () => wallSeconds(now) },
      declaredTotals: () => declared,
      hostReader: {
        ...{ name: "host", bootId: "boot", cores: 8, memMibTotal: 4096 },
        readCpuUsedSeconds: () => hostCoreSeconds,
        readMemory: () => ({ availableMib, fullStallPercent: 0 }),
      },
    },
    () => defaultAgentOptions,
  );
  return {
    watch,
    declare: (totals: DeclaredTotals) => {
      declared = totals;
    },
    read: (
      host: { coreSeconds: number; availableMib: number },
      auto: Parameters<HostWatch["read"]>[0],
    ) => {
      now += 1;
      hostCoreSeconds += host.coreSeconds;
      availableMib = host.availableMib;
      watch.read(auto);
    },
    beginAnew: () => watch.beginAnew("cpu"),
    grantable: () => {
      const { cpu, mem } = watch.observation(nothingGranted);
      return [cpu.grantable, mem.grantable].map(Math.round);
    },
  };
}

test("what runs outside is taken off what may be granted", () => {
  const { read, grantable } = watchHost();
  read({ coreSeconds: 0, availableMib: 3000 }, { coreSeconds: 0, memMib: 96 });
  read({ coreSeconds: 3, availableMib: 3000 }, { coreSeconds: 1, memMib: 96 });
  assert.deepEqual(grantable(), [520, 2686]);
});

test("containers that seem to use more than the whole host say nothing of what is outside", () => {
  const { read, grantable } = watchHost();
  read({ coreSeconds: 0, availableMib: 3000 }, { coreSeconds: 0, memMib: 2000 });
  // Nine seconds of theirs are read at once, after a standstill.
  read({ coreSeconds: 1, availableMib: 3000 }, { coreSeconds: 9, memMib: 2000 });
  assert.deepEqual(grantable(), [0, 0]);
});

test("a host that always counts less than its containers has nothing outside", () => {
  const { read, grantable } = watchHost();
  for (let second = 0; second < 5; second += 1)
    read({ coreSeconds: 0, availableMib: 4000 }, { coreSeconds: second * 2, memMib: 500 });
  assert.deepEqual(grantable(), [720, 3686]);
});

test("what expands on a full host into what containers give up is not taken off", () => {
  const { read, grantable } = watchHost();
  read({ coreSeconds: 0, availableMib: 4000 }, { coreSeconds: 0, memMib: 0 });
  // The containers use five cores of eight, and then one: what runs outside takes the rest.
  let auto = 0;
  for (let second = 0; second < 30; second += 1) {
    auto += second < 10 ? 5 : 1;
    read({ coreSeconds: 8, availableMib: 4000 }, { coreSeconds: auto, memMib: 0 });
  }
  assert.equal(grantable()[0], 420);
});

test("what runs outside of a host with time to spare is taken off, however it grew", () => {
  const { read, grantable } = watchHost();
  read({ coreSeconds: 0, availableMib: 4000 }, { coreSeconds: 0, memMib: 0 });
  let auto = 0;
  for (let second = 0; second < 30; second += 1) {
    auto += 1;
    const outside = second < 10 ? 1 : 4;
    read({ coreSeconds: 1 + outside, availableMib: 4000 }, { coreSeconds: auto, memMib: 0 });
  }
  assert.equal(grantable()[0], 320);
});

test("on a full host the figure of before is kept when another container is taken into auto", () => {
  const { read, grantable, beginAnew } = watchHost();
  read({ coreSeconds: 0, availableMib: 4000 }, { coreSeconds: 0, memMib: 0 });
  read({ coreSeconds: 5, availableMib: 4000 }, { coreSeconds: 4, memMib: 0 });
  beginAnew();
  read({ coreSeconds: 8, availableMib: 4000 }, { coreSeconds: 5, memMib: 0 });
  read({ coreSeconds: 8, availableMib: 4000 }, { coreSeconds: 6, memMib: 0 });
  assert.equal(grantable()[0], 620);
});

test("no more is granted than was said of the host, and of disk and network only what was said", () => {
  const { read, watch, declare } = watchHost();
  read({ coreSeconds: 0, availableMib: 4000 }, { coreSeconds: 0, memMib: 0 });
  read({ coreSeconds: 1, availableMib: 4000 }, { coreSeconds: 1, memMib: 0 });
  const before = watch.observation(nothingGranted);
  assert.deepEqual(
    [before.cpu.grantable, before.disk_read, before.net],
    [720, undefined, undefined],
  );
  declare({ cpu: 300, mem: 100_000, disk_read: 200 });
  const { cpu, mem, disk_read, net } = watch.observation(nothingGranted);
  assert.deepEqual([cpu.grantable, cpu.total, Math.round(mem.grantable)], [300, 800, 3590]);
  assert.deepEqual([disk_read?.grantable, net], [180, undefined]);
});
