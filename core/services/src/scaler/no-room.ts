import type { ReasonCode } from "@sc/domain";

/** Held for want of room: it may be there in a moment. */
export const noRoomCodes: ReadonlySet<ReasonCode> = new Set([
  "host-full",
  "host-overcommitted",
  "host-pressure",
  "group-full",
]);

/** Seconds between two tries to raise a container to its safe limit on a host without room. */
export const noRoomRetrySeconds = 5;
