import type { IncomingMessage } from "node:http";

/** Whether a request came from who may steer, over the unix socket, whose file mode says who that is. */
export type IsTrusted = (request: IncomingMessage) => boolean;

export interface PlacesOptions {
  readonly max: number;
  /** The rest is for the unix socket: every user of the host may come over TCP. */
  readonly maxOverTcp: number;
  readonly isTrusted: IsTrusted;
}

/** How many requests may be at something that costs, at once. */
export class Places {
  readonly #options: PlacesOptions;
  #taken = 0;
  #takenOverTcp = 0;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Why there is no room for one more; `what` are those that have it, in the plural. */
  refusalOf(request: IncomingMessage, what: string): string | undefined {
    const { max, maxOverTcp, isTrusted } = this.#options;
    if (this.#taken >= max) return `there are ${max} ${what}, and there may be no more`;
    if (isTrusted(request) || this.#takenOverTcp < maxOverTcp) return undefined;
    return `there are ${maxOverTcp} ${what} over TCP, and there may be no more; use the socket`;
  }

  /** The place is given back by calling what is returned, once. */
  take(request: IncomingMessage): () => void {
    const overTcp = this.#options.isTrusted(request) ? 0 : 1;
    this.#taken += 1;
    this.#takenOverTcp += overTcp;
    return () => {
      this.#taken -= 1;
      this.#takenOverTcp -= overTcp;
    };
  }
}
