import type { Change, ContainerNotice, Hold, Messages, Topic } from "@sc/domain";
import type { Bus, Clock } from "@sc/ports";

/** Lines of history that lead to a failure. */
const linesKept = 60;

/** Everything that was told in a run: the newest of it to be read, all of it as one number. */
export class FactLog {
  readonly #clock: Clock;
  #lines: readonly string[] = [];
  #digest = 0x811c_9dc5;
  readonly #answers = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of everything so far: of two runs that are the same it is the same. */
  get digest(): string {
    return (this.#digest >>> 0).toString(16).padStart(8, "0");
  }

  /** The newest, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Something to be read. */
  note(where: string, text: string): void {
    const line = `${this.#clock.monotonic().toFixed(1).padStart(6)} s  ${where}: ${text}`;
    this.#lines = [...this.#lines.slice(1 - linesKept), line];
    this.#add(line);
  }

  /** To be called before the services of a process subscribe. */
  listen(where: string, bus: Bus): void {
    const silent: readonly Topic[] = ["usage", "events", "requests", "held", "orders"];
    for (const topic of silent)
      bus.subscribe(topic, (message: Messages[Topic]) => this.#add(JSON.stringify(message)));
    bus.subscribe("holds", (holds) => this.#add(holds.map(holdText).join()));
    bus.subscribe("changes", (changes) => {
      for (const change of changes) this.#noteChange(where, change);
    });
    bus.subscribe("containers", (notices) => {
      for (const notice of notices) this.note(where, describeNotice(notice));
    });
  }

  /** What is refused again and again is to be read once. */
  #noteChange(where: string, change: Change): void {
    const { structure, resource, outcome, detail } = change;
    const key = `${where} ${structure} ${resource}`;
    const answer = `${outcome} ${detail?.code}`;
    if (outcome === "refused" && this.#answers.get(key) === answer)
      this.#add(JSON.stringify(change));
    else this.note(where, describeChange(change));
    this.#answers.set(key, answer);
  }

  /** FNV-1a. */
  #add(text: string): void {
    let digest = this.#digest;
    for (let index = 0; index < text.length; index += 1) {
      digest = Math.imul(digest ^ text.charCodeAt(index), 0x0100_0193);
    }
    this.#digest = digest;
  }
}

const holdText = ({ structure, resource, reason }: Hold): string =>
  `${structure} ${resource} ${reason.code}`;

function describeChange(change: Change): string {
  const { structure, resource, outcome, old, new: now, author, reason, detail, sequence } = change;
  const amounts = `${amountText(old)} → ${amountText(now)}`;
  const who = author.kind === "other-hand" ? "another hand" : author.name;
  const order = sequence === undefined ? "" : `, order ${sequence}`;
  const answer = detail === undefined ? "" : ` (${detail.code}: ${detail.text})`;
  return `${structure} ${resource} ${amounts} ${outcome}, by ${who}${order}: ${reason.text}${answer}`;
}

const amountText = (amount: number | null | undefined): string => {
  if (amount === undefined) return "unknown";
  return amount === null ? "no limit" : String(Math.round(amount * 100) / 100);
};

function describeNotice(notice: ContainerNotice): string {
  if (notice.kind !== "appeared") {
    const why = notice.kind === "start-anew" ? `: ${notice.reason.text}` : "";
    return `${notice.name} ${notice.kind}${why}`;
  }
  const { facts, isRestart, isTakenUp } = notice;
  const how = [isRestart ? "restarted" : "", isTakenUp === true ? "taken up" : ""];
  return [`${facts.name} appeared`, ...how.filter((one) => one !== "")].join(", ");
}
