import type {
  ComputeResource,
  HeldRequest,
  MonotonicSeconds,
  ReasonCode,
  ScalingRequest,
  StructureName,
} from "@sc/domain";
import type { Bus } from "@sc/ports";

/** What a policy wants of a limit, and why the scaler did not make an order of it. */
export interface Wish {
  readonly at: MonotonicSeconds;
  readonly amount: number;
  readonly text: string;
  /** `undefined` = it was made an order of, as far as is known. */
  readonly heldBy: ReasonCode | undefined;
}

/** The newest wish of every limit of a host. */
export class Wishes {
  readonly #wishes = new Map<string, Wish>();

  /** To be called before the services of a process subscribe. */
  listen(bus: Bus): void {
    bus.subscribe("requests", (requests) => {
      for (const request of requests) this.#note(request, request.reason.text, undefined);
    });
    bus.subscribe("held", (held) => {
      for (const one of held) this.#note(one.request, describeHeld(one), one.reason.code);
    });
  }

  of(structure: StructureName, resource: ComputeResource): Wish | undefined {
    return this.#wishes.get(`${structure} ${resource}`);
  }

  #note(request: ScalingRequest, text: string, heldBy: ReasonCode | undefined): void {
    const { structure, resource, at, amount, isRecommendation } = request;
    if (isRecommendation) return;
    this.#wishes.set(`${structure} ${resource}`, { at, amount, text, heldBy });
  }
}

const describeHeld = ({ request, reason }: HeldRequest): string =>
  `${request.reason.text}, held: ${reason.text}`;
