import { assertNever } from "@sc/domain";
import type { Bus, ContainerView, LiveStream, Log, StreamMessage, StreamTopic } from "@sc/ports";
import type { DocumentNews } from "../live-documents/document-desk.ts";
import { changeView, eventView, requestView } from "./history-views.ts";
import { Ring } from "./ring.ts";

/** How many messages are known to those who come late. */
export const streamCapacity = 1000;

export interface MessageStreamDeps {
  readonly bus: Bus;
  readonly log: Log;
  readonly structures: () => readonly ContainerView[];
  readonly documents: {
    onChange(listen: (news: DocumentNews) => void): { cancel(): void };
  };
}

type ListenQuestion = Parameters<LiveStream["listen"]>[0];

interface Listener {
  readonly question: ListenQuestion;
  readonly onMessage: (message: StreamMessage) => void;
}

/** What happens, as it happens. Views are made only of what somebody listens to, or may come to ask for. */
export class MessageStream implements LiveStream {
  readonly #deps: MessageStreamDeps;
  readonly #recent = new Ring<StreamMessage>(streamCapacity);
  readonly #listeners = new Set<Listener>();
  #subscriptions: readonly { cancel(): void }[] = [];
  #lastNumber = 0;

  constructor(deps: MessageStreamDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { bus, documents } = this.#deps;
    const told = [
      bus.subscribe("structures", () => this.#tellStructures()),
      bus.subscribe("events", (events) => {
        for (const event of events) this.#tell({ topic: "events", data: eventView(event) });
      }),
      bus.subscribe("requests", (requests) => {
        for (const request of requests) {
          const view = requestView({ structure: request.structure, request, held: undefined });
          this.#tell({ topic: "requests", data: view });
        }
      }),
      bus.subscribe("changes", (changes) => {
        for (const change of changes) this.#tell({ topic: "changes", data: changeView(change) });
      }),
    ];
    this.#subscriptions = [...told, documents.onChange((news) => this.#tell(news))];
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
  }

  listen(
    question: ListenQuestion,
    onMessage: (message: StreamMessage) => void,
  ): { cancel(): void } {
    const listener = { question, onMessage };
    const { after } = question;
    if (after !== undefined) {
      const missed = [...this.#recent.newestFirst()].filter(({ number }) => number > after);
      for (const message of missed.toReversed()) this.#hand(listener, message);
    }
    this.#listeners.add(listener);
    return { cancel: () => void this.#listeners.delete(listener) };
  }

  #tellStructures(): void {
    const isWanted = [...this.#listeners].some(({ question }) =>
      question.topics.includes("structures"),
    );
    // Views of a thousand containers take longer than nobody should have to wait.
    if (!isWanted) return;
    const message: StreamMessage = {
      number: 0,
      topic: "structures",
      data: this.#deps.structures(),
    };
    for (const listener of this.#listeners) this.#hand(listener, message);
  }

  #tell(news: Unnumbered): void {
    this.#lastNumber += 1;
    const message: StreamMessage = { number: this.#lastNumber, ...news };
    this.#recent.push(message);
    for (const listener of this.#listeners) this.#hand(listener, message);
  }

  /** One listener that throws is let go and never keeps a message from the others. */
  #hand(listener: Listener, message: StreamMessage): void {
    const wanted = messageFor(listener.question, message);
    if (wanted === undefined) return;
    try {
      listener.onMessage(wanted);
    } catch (error) {
      this.#listeners.delete(listener);
      this.#deps.log.error("a listener of the stream failed and was let go", { error });
    }
  }
}

type Unnumbered =
  | DocumentNews
  | Omit<Extract<StreamMessage, { topic: "events" }>, "number">
  | Omit<Extract<StreamMessage, { topic: "requests" }>, "number">
  | Omit<Extract<StreamMessage, { topic: "changes" }>, "number">;

/** The message as far as it was asked for. */
function messageFor(
  { topics, structure }: ListenQuestion,
  message: StreamMessage,
): StreamMessage | undefined {
  const topic: StreamTopic = message.topic;
  if (!topics.includes(topic)) return undefined;
  if (structure === undefined) return message;
  switch (message.topic) {
    case "structures":
      return { ...message, data: message.data.filter(({ name }) => name === structure) };
    case "events":
    case "requests":
    case "changes":
      return message.data.structure === structure ? message : undefined;
    case "rules":
    case "settings":
      return message;
    default:
      return assertNever(message);
  }
}
