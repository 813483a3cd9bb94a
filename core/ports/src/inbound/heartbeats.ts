import type { WallSeconds } from "@sc/domain";

/** Signs of life of the services of this process, by their names. */
export interface Heartbeats {
  /** When it was last well; `undefined` = it never was, or there is none of this name. */
  lastBeat(service: string): WallSeconds | undefined;
}
