/**
 * Brings what is stored into force: once before anything is decided, and again and again where it could
 * not be read. Until then everything is measured, and nothing is decided, written or set. And what is in
 * force and could not be stored is tried again the same way.
 */
import { parseStructureName, serviceNames } from "@sc/domain";
import type {
  DocumentChange,
  DocumentFault,
  DocumentStore,
  HealthProblem,
  LoadedDocuments,
  Log,
  StoreUnreadable,
  Timer,
  Timers,
} from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import { isRuleName } from "./check-rule.ts";

const retrySeconds = 5;

/** Whoever puts documents into force. */
export interface DocumentTaker {
  take(loaded: LoadedDocuments): void;
}

export interface DocumentLoaderDeps {
  readonly store: Pick<DocumentStore, "load" | "watch">;
  readonly takers: readonly DocumentTaker[];
  /** Tries again to save what could not be; `true` = it is saved now. */
  readonly saveOwed: () => Promise<boolean>;
  readonly timers: Timers;
  readonly log: Log;
}

export class DocumentLoader implements Service {
  readonly name = "document-loader";
  readonly #deps: DocumentLoaderDeps;
  #timer: Timer | undefined;
  #isLoaded = false;
  #isLoading = false;
  #unreadable: StoreUnreadable | undefined;
  #faults: readonly DocumentFault[] = [];

  constructor(deps: DocumentLoaderDeps) {
    this.#deps = deps;
    deps.store.watch((changes) => this.#mended(changes));
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** One try; what it leads to is in the health. */
  async load(): Promise<void> {
    if (this.#isLoaded || this.#isLoading) return;
    this.#isLoading = true;
    try {
      const loaded = await this.#deps.store.load();
      if (loaded.ok) this.#take(loaded.value);
      else this.#refused(loaded.error);
    } catch (error) {
      this.#refused({ code: "SC_STATE_UNREADABLE", text: String(error) });
    } finally {
      this.#isLoading = false;
    }
  }

  #take(loaded: LoadedDocuments): void {
    const { log, takers } = this.#deps;
    const { documents, faults } = loaded;
    for (const taker of takers) taker.take(loaded);
    this.#isLoaded = true;
    this.#faults = faults;
    if (this.#unreadable !== undefined) {
      log.info("what was stored can be read again and is in force", { count: documents.length });
    }
    this.#unreadable = undefined;
    for (const fault of faults) log.warn("a stored document is not in force", { ...fault });
  }

  /** What was set anew, or removed, took the place of what could not be understood. */
  #mended(changes: readonly DocumentChange[]): void {
    this.#faults = this.#faults.filter(
      ({ kind, name }) => !changes.some((change) => change.kind === kind && change.name === name),
    );
  }

  #refused(why: StoreUnreadable): void {
    const isKnown = this.#unreadable?.code === why.code;
    this.#unreadable = why;
    if (isKnown) return;
    const message = "what was stored cannot be read: everything is only measured until it can";
    this.#deps.log.error(message, { ...why, retrySeconds });
  }

  /** Waits for nothing: a try that is wanted before all else is `load`. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#deps.timers.every(
      retrySeconds,
      () => void (this.#isLoaded ? this.#saveOwed() : this.load()),
    );
  }

  async #saveOwed(): Promise<void> {
    const { log, saveOwed } = this.#deps;
    try {
      if (await saveOwed()) log.info("settings that could not be saved are saved now");
    } catch (error) {
      log.error("saving settings again failed", { error });
    }
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  health(): ServiceHealth {
    if (this.#unreadable !== undefined) {
      return { status: "failing", lastError: this.#unreadable.text };
    }
    return { status: "running", lastError: undefined };
  }

  problems(): readonly HealthProblem[] {
    const faults = this.#faults.map(({ code, kind, name, text }) => ({
      code,
      text: `the stored ${kind} ${name} is not in force: ${text}`,
      nextStep: canBeSet({ kind, name }) ? nextSteps[code] : ofNoUse,
      ...(kind === "structure" && { structure: name }),
    }));
    if (this.#isLoaded) return faults;
    const { code, text } = this.#unreadable ?? notYet;
    return [{ code, text, nextStep: nextSteps[code] }, ...faults];
  }
}

/** Whether anything a person may ask for is stored under this kind and name. */
function canBeSet({ kind, name }: Pick<DocumentFault, "kind" | "name">): boolean {
  switch (kind) {
    case "structure":
    case "declared-host":
    case "subscription":
    case "application":
    case "user":
      return parseStructureName(name).ok;
    case "rule":
      return isRuleName(name);
    case "service":
      return serviceNames.some((known) => known === name);
    default:
      return kind === "host" && name === "host";
  }
}

const ofNoUse =
  "nothing of this version is stored so: start the program that wrote it, or leave it, as it does nothing";

/** A disk or a lock takes its time. */
const notYet: StoreUnreadable = {
  code: "SC_STATE_UNREADABLE",
  text: "what was stored has not been read yet",
};

const nextSteps: Readonly<Record<StoreUnreadable["code"] | DocumentFault["code"], string>> = {
  SC_STATE_LOCKED: `end the program that holds the file; it is tried again every ${retrySeconds} s`,
  SC_STATE_CORRUPT:
    "put a copy of the state file back, or move it away to begin with nothing set: it is read again",
  SC_STATE_NEWER: "start the version of the program that wrote it, or move the file away",
  SC_STATE_UNREADABLE: "look at the state folder: the server must be able to read and write it",
  SC_DOCUMENT_INVALID: "set it anew, which takes the place of what is stored",
  SC_DOCUMENT_NEWER: "start the version of the program that wrote it, or set it anew",
};
