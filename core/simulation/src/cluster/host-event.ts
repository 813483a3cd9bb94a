import type { ComputeResource, Mode } from "@sc/domain";
import type { WriteRefusal } from "@sc/ports";
import type { Decider } from "./host-process.ts";
import type { Delivery } from "./message-link.ts";
import type { LinkName } from "./message-links.ts";
import type { StepTime } from "./process-life.ts";
import type { StoreFault } from "./store-access.ts";
import type { BrokenPart, OwnersLimits } from "./tenants.ts";

interface OfContainer {
  readonly name: string;
}
interface OfLimit extends OfContainer {
  readonly resource: ComputeResource;
}
interface Switched {
  readonly isOn: boolean;
}

/** What people, owners and their programs do on a day like any other. */
export type DailyEvent =
  | ({ readonly kind: "demand"; readonly cores: number } & OfContainer)
  /** Work that comes at once, every so often. */
  | ({
      readonly kind: "pulses";
      readonly everySeconds: number;
      readonly coreSeconds: number;
    } & OfContainer)
  | ({ readonly kind: "use-memory"; readonly memMib: number } & OfContainer)
  | ({ readonly kind: "cache"; readonly memMib: number } & OfContainer)
  | ({ readonly kind: "mode"; readonly mode: Mode } & OfLimit)
  | ({ readonly kind: "policy"; readonly policy: string } & OfLimit)
  | ({ readonly kind: "band"; readonly min: number; readonly max: number } & OfLimit)
  /** One, or all. */
  | ({ readonly kind: "pause"; readonly name: string | undefined } & Switched)
  | ({ readonly kind: "orders"; readonly amounts: readonly number[] } & OfLimit)
  | ({ readonly kind: "restart"; readonly first: OwnersLimits } & OfContainer)
  | ({ readonly kind: "come"; readonly first: OwnersLimits } & OfContainer)
  | ({ readonly kind: "go" } & OfContainer)
  | ({ readonly kind: "rename"; readonly to: string } & OfContainer)
  | { readonly kind: "release"; readonly name: string | undefined };

/** What goes wrong. */
export type Mishap =
  | { readonly kind: "delivery"; readonly link: LinkName; readonly how: Delivery }
  | ({
      readonly kind: "refuse";
      readonly refusal: WriteRefusal;
      readonly count: number;
    } & OfContainer)
  | ({
      readonly kind: "owner-sets-cpu";
      readonly shares: number | null;
      readonly burst: number;
    } & OfContainer)
  | ({ readonly kind: "owner-sets-memory"; readonly memMib: number | null } & OfContainer)
  | ({ readonly kind: "frozen" } & OfContainer & Switched)
  | ({ readonly kind: "unreadable" } & OfContainer & Switched)
  | ({ readonly kind: "broken"; readonly part: BrokenPart } & OfContainer & Switched)
  | ({ readonly kind: "pressed" } & Switched)
  | ({ readonly kind: "full-disk"; readonly of: "journal" | "lease" | "state" } & Switched)
  | { readonly kind: "store"; readonly fault: StoreFault | undefined }
  | { readonly kind: "slow-memory"; readonly seconds: number }
  | { readonly kind: "clock-step"; readonly seconds: number }
  | { readonly kind: "crash-at-step"; readonly steps: number; readonly when: StepTime }
  | { readonly kind: "crash"; readonly downSeconds: number; readonly isRestored: boolean }
  | { readonly kind: "agent-dies"; readonly downSeconds: number }
  | { readonly kind: "decider-dies"; readonly decider: Decider; readonly downSeconds: number }
  | { readonly kind: "stall"; readonly seconds: number };

/** One thing that happens on one host. */
export type HostEvent = DailyEvent | Mishap;
