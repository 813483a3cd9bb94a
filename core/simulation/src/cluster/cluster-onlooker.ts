import type { Bus } from "@sc/ports";
import type { Delivery } from "./message-link.ts";

/** Who is told what happens in a cluster. */
export interface ClusterOnlooker {
  /** A process of the product begins, and this is its bus. */
  readonly onProcess: (host: string, bus: Bus) => void;
  /** A message does not simply come. */
  readonly onMessage: (how: Delivery) => void;
}
