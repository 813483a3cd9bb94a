/** How long the loop is watched before it is judged, ms. */
const windowMs = 250;
/** Share of a window in which the loop may be busy before requests are counted against their budget. */
const busyShareMax = 0.6;
/** Requests that are answered at once however busy the loop is: a page that opens asks for many. */
const burstMax = 200;
/** How fast that budget comes back. */
const requestsPerSecond = 40;

export interface LoadGateDeps {
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Time for which the loop has been busy, since it began. */
  readonly busyMs: () => number;
}

/**
 * Keeps who asks over TCP, which every user of the host may, from taking the loop away from sampling.
 *
 * What counts is not how many requests come but what they do to the loop: a list of a thousand
 * containers costs as much as a hundred looks at one. So there is a budget, and it binds only while the
 * loop is busy. All that comes over loopback has one address, so there is nobody to tell apart; the
 * unix socket never comes here.
 */
export class LoadGate {
  readonly #deps: LoadGateDeps;
  #budget = burstMax;
  #askedAtMs: number;
  #windowBeganMs: number;
  #busyAtBeginMs: number;
  #isBusy = false;

  constructor(deps: LoadGateDeps) {
    this.#deps = deps;
    this.#askedAtMs = deps.nowMs();
    this.#windowBeganMs = this.#askedAtMs;
    this.#busyAtBeginMs = deps.busyMs();
  }

  /** Whether one more request may be answered now. */
  admits(): boolean {
    const nowMs = this.#deps.nowMs();
    this.#judgeLoop(nowMs);
    const earned = ((nowMs - this.#askedAtMs) / 1000) * requestsPerSecond;
    this.#askedAtMs = nowMs;
    this.#budget = Math.min(burstMax, this.#budget + earned);
    if (this.#budget < 1) return !this.#isBusy;
    this.#budget -= 1;
    return true;
  }

  #judgeLoop(nowMs: number): void {
    const elapsedMs = nowMs - this.#windowBeganMs;
    if (elapsedMs < windowMs) return;
    const busyMs = this.#deps.busyMs();
    this.#isBusy = (busyMs - this.#busyAtBeginMs) / elapsedMs > busyShareMax;
    this.#windowBeganMs = nowMs;
    this.#busyAtBeginMs = busyMs;
  }
}
