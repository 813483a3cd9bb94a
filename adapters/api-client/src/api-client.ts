import type {
  Change,
  Event,
  Explanation,
  Health,
  LimitsUpdate,
  ModePreview,
  ModeUpdate,
  PauseOutcome,
  ReleaseReport,
  Request,
  SettingsOutcome,
  Structure,
} from "@sc/contracts";
import { exchange, type Question, type Target } from "./exchange.ts";

export interface HistoryQuestion {
  readonly structure?: string | undefined;
  /** 1 to 10 000, default 100. */
  readonly limit?: number | undefined;
}

/** Longer than a release of many containers takes. */
const defaultTimeoutMs = 30_000;

/** The REST API as methods. Refusals are thrown as `ApiError`, silence as `ServerUnreachable`. */
export class ApiClient {
  readonly #target: Target;
  readonly #timeoutMs: number;

  constructor(options: { readonly target: Target; readonly timeoutMs?: number }) {
    this.#target = options.target;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  async structures(): Promise<readonly Structure[]> {
    const answer = await this.#ask<{ structures: readonly Structure[] }>("GET", "/structures");
    return answer.structures;
  }

  structure(name: string): Promise<Structure> {
    return this.#ask("GET", pathOf(name));
  }

  explain(name: string): Promise<Explanation> {
    return this.#ask("GET", `${pathOf(name)}/explain`);
  }

  /** What `setMode` would do. */
  previewMode(name: string, update: ModeUpdate): Promise<ModePreview> {
    return this.#ask("PUT", `${pathOf(name)}/mode?dryRun=true`, update);
  }

  setMode(name: string, update: ModeUpdate): Promise<SettingsOutcome> {
    return this.#ask("PUT", `${pathOf(name)}/mode`, update);
  }

  setLimits(name: string, update: LimitsUpdate): Promise<SettingsOutcome> {
    return this.#ask("PUT", `${pathOf(name)}/limits`, update);
  }

  /** `undefined` = everything. */
  pause(name: string | undefined): Promise<PauseOutcome> {
    return this.#ask("POST", `${pathOfAny(name)}/pause`);
  }

  resume(name: string | undefined): Promise<PauseOutcome> {
    return this.#ask("POST", `${pathOfAny(name)}/resume`);
  }

  /** Puts the first limits back and the mode to observe; `undefined` = of everything. */
  release(name: string | undefined): Promise<ReleaseReport> {
    return this.#ask("POST", `${pathOfAny(name)}/release`);
  }

  async events(question: HistoryQuestion = {}): Promise<readonly Event[]> {
    const path = `/events${queryOf(question)}`;
    return (await this.#ask<{ events: readonly Event[] }>("GET", path)).events;
  }

  async requests(question: HistoryQuestion = {}): Promise<readonly Request[]> {
    const path = `/requests${queryOf(question)}`;
    return (await this.#ask<{ requests: readonly Request[] }>("GET", path)).requests;
  }

  async changes(question: HistoryQuestion = {}): Promise<readonly Change[]> {
    const path = `/changes${queryOf(question)}`;
    return (await this.#ask<{ changes: readonly Change[] }>("GET", path)).changes;
  }

  health(): Promise<Health> {
    return this.#ask("GET", "/health");
  }

  /** The server's answers follow the contract it was tested against; they are not checked again. */
  async #ask<Answer>(method: Question["method"], path: string, body?: unknown): Promise<Answer> {
    return (await exchange(this.#target, { method, path, body }, this.#timeoutMs)) as Answer;
  }
}

/** What a program needs of the client; tests give another. */
export type Api = Pick<ApiClient, keyof ApiClient>;

const pathOf = (name: string): string => `/structures/${encodeURIComponent(name)}`;
const pathOfAny = (name: string | undefined): string => (name === undefined ? "" : pathOf(name));

function queryOf({ structure, limit }: HistoryQuestion): string {
  const query = new URLSearchParams();
  if (structure !== undefined) query.set("structure", structure);
  if (limit !== undefined) query.set("limit", String(limit));
  return query.size === 0 ? "" : `?${query.toString()}`;
}
