/**
 * Brings points to one store of series: first into a queue that outlives the process, from there to the
 * store, oldest first and one batch at a time. A store that is away is asked again after a while that
 * doubles, up to a minute, and is spread by chance, so that many servers do not come back at one moment.
 *
 * That a store has said it has a batch does not end it: a store that dies may lose what it said, and one
 * that has a batch may die before it says so. So a batch is done when the store has lived on for a while;
 * after an outage, and at the start, what is not done is in doubt. A store where writing twice counts
 * twice is asked first what it has of it; to others it is sent again.
 *
 * Nothing here is waited for by whoever brings points.
 */
import type { MonotonicSeconds, SeriesPoint, WallSeconds } from "@sc/domain";
import type {
  Clock,
  Log,
  PointQueue,
  QueuedBatch,
  SentBatch,
  SeriesWriter,
  Timer,
  Timers,
  WriteAnswer,
} from "@sc/ports";

export interface SeriesOutletDeps {
  readonly name: string;
  readonly queue: PointQueue;
  readonly writer: SeriesWriter;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface SeriesOutletStatus {
  readonly name: string;
  /** Points since the start that the store has; that it will never take; that did not get there. */
  readonly sent: number;
  readonly refused: number;
  readonly lost: number;
  readonly waiting: number;
  readonly waitingMib: number;
  /** Why nothing is sent just now. */
  readonly away: string | undefined;
  /** Why the store refused points of the last batch. */
  readonly refusal: string | undefined;
  /** Why nothing can be kept for it just now. */
  readonly queueFailure: string | undefined;
}

/** A store may need a second until it tells what it just took, so nothing is asked sooner. */
const firstWaitSeconds = 2;
const longestWaitSeconds = 60;
/** A store that lives on for so long has what it took on its disk: VictoriaMetrics needs 5 s. */
const settleSeconds = 15;
/** A write that is under way at the end may still end by itself, so that it is not sent again. */
const lastWriteSeconds = 2;
const bytesPerMib = 1_048_576;

export class SeriesOutlet {
  readonly name: string;
  readonly #deps: SeriesOutletDeps;
  #calledOff = new AbortController();
  #sending: Promise<void> | undefined;
  #retry: Timer | undefined;
  #isStarted = false;
  /** Something was appended since the queue was found empty. */
  #isMore = false;
  #failures = 0;
  /** Sent and not done. */
  #unsettled: { readonly batch: SentBatch; readonly at: MonotonicSeconds }[] = [];
  /** Batches at the head may be in the store; over when so many seconds of them were not. */
  #doubt: { absentFrom: WallSeconds | undefined } | undefined;
  #sent = 0;
  #refused = 0;
  #away: string | undefined;
  #refusal: string | undefined;
  #refusalTold: string | undefined;

  constructor(deps: SeriesOutletDeps) {
    this.name = deps.name;
    this.#deps = deps;
  }

  /** What an earlier process left goes first. */
  start(): void {
    this.#isStarted = true;
    this.#calledOff = new AbortController();
    this.#doubt = { absentFrom: undefined };
    this.#wakeAfter(firstWaitSeconds);
  }

  take(points: Iterable<SeriesPoint>): void {
    void this.#deps.queue.append(points).then(() => this.#wake());
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#retry?.cancel();
    this.#retry = undefined;
    const callOff = this.#deps.timers.after(lastWriteSeconds, () => this.#calledOff.abort());
    await this.#sending;
    callOff.cancel();
    await this.#settle(0);
  }

  status(): SeriesOutletStatus {
    const { waiting, bytes, lost, failure } = this.#deps.queue.status();
    return {
      name: this.name,
      sent: this.#sent,
      refused: this.#refused,
      lost,
      waiting,
      waitingMib: bytes / bytesPerMib,
      away: this.#away,
      refusal: this.#refusal,
      queueFailure: failure,
    };
  }

  #wake(): void {
    this.#isMore = true;
    if (!this.#isStarted || this.#sending !== undefined || this.#retry !== undefined) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
      // It came after the last look at the queue.
      if (this.#isMore) this.#wake();
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#isStarted && this.#retry === undefined && this.#isMore) {
      this.#isMore = false;
      await this.#settle(settleSeconds);
      for (let batch = await this.#next(); batch !== undefined; batch = await this.#next()) {
        if (!(await this.#send(batch))) return;
      }
    }
  }

  async #next(): Promise<QueuedBatch | undefined> {
    return this.#isStarted ? this.#deps.queue.next() : undefined;
  }

  async #send(batch: QueuedBatch): Promise<boolean> {
    const { clock, queue } = this.#deps;
    const answer = await this.#write(batch);
    if (answer.kind === "away") {
      await this.#takeBack();
      this.#noteAway(answer.text);
      return false;
    }
    const refused = answer.kind === "refused" ? answer.count : 0;
    this.#refusal = answer.kind === "refused" ? answer.text : undefined;
    if (answer.kind === "refused") this.#tellRefusal(answer.text);
    this.#noteBack();
    this.#refused += refused;
    this.#sent += batch.count - refused;
    await queue.sent(batch);
    const { id, count } = batch;
    this.#unsettled.push({ batch: { id, count }, at: clock.monotonic() });
    return true;
  }

  async #write({ points }: QueuedBatch): Promise<WriteAnswer> {
    const { writer } = this.#deps;
    const { signal } = this.#calledOff;
    if (this.#doubt === undefined || writer.absent === undefined)
      return writer.write(points, signal);
    const absent = await writer.absent(points, signal);
    if (absent === undefined) return { kind: "away", text: "it does not say what it has" };
    this.#noteAbsent(absent, points);
    return absent.length === 0 ? { kind: "taken" } : writer.write(absent, signal);
  }

  /** What comes after long enough a time of which the store has nothing was never sent. */
  #noteAbsent(absent: readonly SeriesPoint[], points: readonly SeriesPoint[]): void {
    const [first, last] = [points[0]?.stamp, points.at(-1)?.stamp];
    if (first === undefined || last === undefined) return;
    const absentFrom = absent.length < points.length ? undefined : this.#doubt?.absentFrom;
    const isAllAbsent = absent.length === points.length;
    if (isAllAbsent && last - (absentFrom ?? first) >= settleSeconds) this.#doubt = undefined;
    else this.#doubt = { absentFrom: isAllAbsent ? (absentFrom ?? first) : undefined };
  }

  async #settle(seconds: number): Promise<void> {
    const { clock, queue } = this.#deps;
    const now = clock.monotonic();
    const isLater = this.#unsettled.findIndex(({ at }) => now - at < seconds);
    const settled = this.#unsettled.splice(0, isLater === -1 ? Infinity : isLater);
    for (const { batch } of settled) await queue.done(batch);
  }

  async #takeBack(): Promise<void> {
    for (const { batch } of this.#unsettled.splice(0)) this.#sent -= batch.count;
    this.#doubt = { absentFrom: undefined };
    await this.#deps.queue.rewind();
  }

  #noteAway(text: string): void {
    const { log, random } = this.#deps;
    // What was called off says nothing about the store.
    if (!this.#isStarted) return;
    if (this.#away === undefined) {
      log.warn("a store of series is away; its points wait", { output: this.name, cause: text });
    }
    this.#away = text;
    const longest = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** this.#failures);
    this.#failures += 1;
    this.#wakeAfter(longest * (0.5 + random() / 2));
  }

  #wakeAfter(seconds: number): void {
    this.#retry = this.#deps.timers.after(seconds, () => {
      this.#retry = undefined;
      this.#wake();
    });
  }

  #noteBack(): void {
    this.#failures = 0;
    if (this.#away === undefined) return;
    this.#away = undefined;
    this.#deps.log.info("a store of series is there again", { output: this.name });
  }

  #tellRefusal(text: string): void {
    if (this.#refusalTold === text) return;
    this.#refusalTold = text;
    const { log } = this.#deps;
    log.warn("a store of series refuses points; they are lost", { output: this.name, cause: text });
  }
}
