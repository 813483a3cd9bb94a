import type { ControlGroup } from "@sc/ports";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import type { Peer, PeerReading, PeerRun, PeerStart, PeerWish } from "../peers/peer.ts";

export interface DrivenPeer {
  readonly clock: VirtualClock;
  readonly group: ControlGroup;
  readonly peer: Peer;
  readonly start: PeerStart;
  readonly onChange: () => void;
}

/** All published controllers leave the period at the kernel's default. */
const peerPeriodMs = 100;

/** Lets a published controller move the cpu limit of one group, each look and write as late as it has it. */
export function drivePeer({ clock, group, peer, start, onChange }: DrivenPeer): void {
  const run = peer.begin(start);
  const write = (wish: PeerWish): void => {
    const limit = {
      quotaShares: wish.limit,
      burstShares: Math.min(wish.burst ?? 0, wish.limit),
      periodMs: peerPeriodMs,
      weight: 100,
    };
    if (group.writeCpuLimit(limit).kind === "applied") onChange();
  };
  const decide = (reading: PeerReading): void => {
    const wish = run.step(reading);
    if (wish === undefined) return;
    if (peer.actuationSeconds > 0) clock.after(peer.actuationSeconds, () => write(wish));
    else write(wish);
  };
  const read = makeReader(clock, group);
  read(run);
  clock.every(peer.sampleSeconds, () => {
    const reading = read(run);
    if (peer.sensingSeconds > 0) clock.after(peer.sensingSeconds, () => decide(reading));
    else decide(reading);
  });
}

function makeReader(clock: VirtualClock, group: ControlGroup): (run: PeerRun) => PeerReading {
  let seconds = clock.monotonic() as number;
  let used = group.readCpuUsedSeconds() ?? 0;
  let { periods, throttledPeriods } = countersOf(group);
  return () => {
    const before = { seconds, used, periods, throttledPeriods };
    seconds = clock.monotonic();
    used = group.readCpuUsedSeconds() ?? used;
    ({ periods, throttledPeriods } = countersOf(group));
    const windowSeconds = seconds - before.seconds;
    return {
      seconds,
      windowSeconds,
      used: windowSeconds > 0 ? ((used - before.used) / windowSeconds) * 100 : 0,
      periods: periods - before.periods,
      throttledPeriods: throttledPeriods - before.throttledPeriods,
      limit: group.readCpuLimit()?.quotaShares ?? 0,
    };
  };
}

const countersOf = (group: ControlGroup): { periods: number; throttledPeriods: number } =>
  group.readThrottling() ?? { periods: 0, throttledPeriods: 0 };
