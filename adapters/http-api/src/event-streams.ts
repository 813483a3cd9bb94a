import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log, StreamMessage } from "@sc/ports";
import { type IsTrusted, Places } from "./places.ts";

export interface EventStreamsOptions {
  readonly log: Log;
  readonly isTrusted: IsTrusted;
  /** Between two signs of life, ms. */
  readonly heartbeatMs?: number;
  /** What may wait for one reader before it is cut off, bytes. */
  readonly waitingBytesMax?: number;
}

type Listen = (onMessage: (message: StreamMessage) => void) => { cancel(): void };

const streamsMax = 32;
const streamsOverTcpMax = 24;

/**
 * Server-sent events for whoever follows. Nobody waits for a reader: what it does not take stays in
 * the memory of the server, so both the number of streams and what may wait for each are bounded.
 */
export class EventStreams {
  readonly #log: Log;
  readonly #places: Places;
  readonly #heartbeatMs: number;
  readonly #waitingBytesMax: number;
  readonly #open = new Set<ServerResponse>();
  /** One message is written down once, however many follow it. */
  readonly #texts = new WeakMap<StreamMessage, string>();
  #isClosed = false;

  constructor(options: EventStreamsOptions) {
    const { log, isTrusted, heartbeatMs = 15_000, waitingBytesMax = 1024 * 1024 } = options;
    this.#log = log;
    this.#places = new Places({ max: streamsMax, maxOverTcp: streamsOverTcpMax, isTrusted });
    this.#heartbeatMs = heartbeatMs;
    this.#waitingBytesMax = waitingBytesMax;
  }

  /** Why there is no room for one more. */
  refusalOf(request: IncomingMessage): string | undefined {
    if (this.#isClosed) return "the server stops";
    return this.#places.refusalOf(request, "open streams");
  }

  /** Sends what `listen` tells until the reader goes, is too slow, or the server closes. */
  begin(response: ServerResponse, listen: Listen): void {
    // Who went before it began will not be told to have gone again.
    if (response.destroyed) return;
    this.#open.add(response);
    const giveBack = this.#places.take(response.req);
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
    });
    const send = (text: string): void => {
      if (response.writableLength > this.#waitingBytesMax) this.#cutOff(response);
      // Between its end and its close it still hears of what happens.
      if (!response.destroyed && !response.writableEnded) response.write(text);
    };
    send(": here\n\n");
    const heartbeat = setInterval(() => send(": here\n\n"), this.#heartbeatMs);
    const listening = listen((message) => send(this.#textOf(message)));
    response.once("close", () => {
      clearInterval(heartbeat);
      listening.cancel();
      this.#open.delete(response);
      giveBack();
    });
  }

  /** Ends every stream after what was sent to it. */
  close(): void {
    this.#isClosed = true;
    for (const response of this.#open) response.end();
  }

  #cutOff(response: ServerResponse): void {
    if (response.destroyed) return;
    this.#log.warn("a stream was cut off: its reader does not read");
    response.destroy();
  }

  #textOf(message: StreamMessage): string {
    const known = this.#texts.get(message);
    if (known !== undefined) return known;
    const { number, topic, data } = message;
    const id = number === 0 ? "" : `id: ${number}\n`;
    const text = `${id}event: ${topic}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#texts.set(message, text);
    return text;
  }
}
