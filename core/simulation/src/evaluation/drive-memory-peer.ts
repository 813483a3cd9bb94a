import type { ControlGroup } from "@sc/ports";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import type { Memory } from "../kernel/memory.ts";
import type { Peer, PeerReading, PeerStart } from "../peers/peer.ts";

export interface DrivenMemoryPeer {
  readonly clock: VirtualClock;
  readonly group: ControlGroup;
  readonly memory: Memory;
  readonly peer: Peer;
  readonly start: PeerStart;
  readonly onChange: () => void;
}

const deadlineSeconds = 5;

/** Lets a published controller move the memory limit of one group, with the delays it has. */
export function driveMemoryPeer(driven: DrivenMemoryPeer): void {
  const { clock, group, memory, peer, start, onChange } = driven;
  memory.isBraked = peer.atLimit === "brake";
  memory.setWait(peer.atLimit === "wait");
  const run = peer.begin(start);
  const write = async (limitMib: number): Promise<void> => {
    const answer = await group.writeMemMibLimit(limitMib, deadlineSeconds);
    if (answer.kind === "applied") onChange();
  };
  const decide = (reading: PeerReading): void => {
    const wish = run.step(reading);
    if (wish === undefined) return;
    if (peer.actuationSeconds > 0) clock.after(peer.actuationSeconds, () => void write(wish.limit));
    else void write(wish.limit);
  };
  const read = makeReader(driven);
  clock.every(peer.sampleSeconds, () => {
    const reading = read();
    if (peer.sensingSeconds > 0) clock.after(peer.sensingSeconds, () => decide(reading));
    else decide(reading);
  });
}

function makeReader({ clock, memory, start }: DrivenMemoryPeer): () => PeerReading {
  let seconds = clock.monotonic() as number;
  let stallSeconds = 0;
  let met = 0;
  return () => {
    const before = { seconds, stallSeconds, met };
    seconds = clock.monotonic();
    stallSeconds = memory.stallSeconds;
    met = memory.kills + memory.waits;
    return {
      seconds,
      windowSeconds: seconds - before.seconds,
      // As they see it: what is charged without what was read once.
      used: memory.usedMib + memory.hotMib,
      periods: 0,
      throttledPeriods: 0,
      limit: memory.limitMib ?? start.max,
      chargedMib: memory.read().chargedMib,
      someStallSeconds: stallSeconds - before.stallSeconds,
      isKilled: met > before.met || memory.isWaiting,
    };
  };
}
