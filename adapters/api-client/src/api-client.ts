import type {
  Application,
  CatalogueUpdate,
  Change,
  DeclaredHost,
  Event,
  ExperimentReport,
  Explanation,
  Health,
  ImportQuestion,
  ImportReport,
  LimitsUpdate,
  ModePreview,
  ModeUpdate,
  PauseOutcome,
  PolicyList,
  Readiness,
  ReleaseReport,
  Replay,
  ReplayQuestion,
  Request,
  Rule,
  RuleDocument,
  RuleRemoval,
  ServiceName,
  Settings,
  SettingsOutcome,
  SettingsUpdate,
  StreamMessage,
  Structure,
  Subscription,
  UsageHistory,
  User,
} from "@sc/contracts";
import { ApiError } from "./errors.ts";
import { exchange, type Question, type Target } from "./exchange.ts";
import { follow, type StreamQuestion } from "./follow.ts";

/** Unix seconds, or text like `-90s`, `-15m`, `-1h`, `-7d`: before now. */
export type Time = number | string;

export interface HistoryQuestion {
  readonly structure?: string | undefined;
  /** 1 to 10 000, default 100. */
  readonly limit?: number | undefined;
  readonly from?: Time | undefined;
  /** Not included. */
  readonly to?: Time | undefined;
}

export interface UsageHistoryQuestion {
  /** Default: an hour before `to`. */
  readonly from?: Time | undefined;
  /** Not included; default: now. */
  readonly to?: Time | undefined;
  /** Whole seconds; default: at most 300 steps. */
  readonly step?: number | undefined;
}

/** What clients declare, by kind. */
export type Collection = "hosts" | "subscriptions" | "applications" | "users";
export type Declared = DeclaredHost | Subscription | Application | User;

interface DeclaredName {
  readonly collection: Collection;
  readonly name: string;
}

export interface DeclaredChange extends DeclaredName {
  readonly update: CatalogueUpdate;
  readonly revision?: number;
}

export interface DeclaredMembership {
  readonly collection: "applications" | "users";
  readonly name: string;
  readonly member: string;
}

/** Longer than a release of many containers takes. */
const defaultTimeoutMs = 30_000;
/** Longer than the server lets a replay take. */
const replayTimeoutMs = 330_000;
/** A thousand containers are subscribed one after another. */
const importTimeoutMs = 120_000;

interface HowToAsk {
  readonly revision?: number | undefined;
  readonly timeoutMs?: number;
}

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

  /** What can be chosen to decide about each resource. */
  async policies(): Promise<PolicyList["policies"]> {
    return (await this.#ask<PolicyList>("GET", "/policies")).policies;
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
    const path = `/events${queryOf({ ...question })}`;
    return (await this.#ask<{ events: readonly Event[] }>("GET", path)).events;
  }

  async requests(question: HistoryQuestion = {}): Promise<readonly Request[]> {
    const path = `/requests${queryOf({ ...question })}`;
    return (await this.#ask<{ requests: readonly Request[] }>("GET", path)).requests;
  }

  async changes(question: HistoryQuestion = {}): Promise<readonly Change[]> {
    const path = `/changes${queryOf({ ...question })}`;
    return (await this.#ask<{ changes: readonly Change[] }>("GET", path)).changes;
  }

  usageHistory(name: string, question: UsageHistoryQuestion = {}): Promise<UsageHistory> {
    return this.#ask("GET", `${pathOf(name)}/history${queryOf({ ...question })}`);
  }

  /** Takes over files of the published framework, or says what it would do. */
  import(question: ImportQuestion): Promise<ImportReport> {
    const timeoutMs = Math.max(this.#timeoutMs, importTimeoutMs);
    return this.#ask("POST", "/import", question, { timeoutMs });
  }

  /** What a policy would have done; takes as long as the server lets it, up to minutes. */
  replay(name: string, question: ReplayQuestion): Promise<Replay> {
    const timeoutMs = Math.max(this.#timeoutMs, replayTimeoutMs);
    return this.#ask("POST", `${pathOf(name)}/replay`, question, { timeoutMs });
  }

  /** What was used while an experiment, or one of its tests, ran. */
  experimentReport(question: {
    readonly experiment: string;
    readonly test?: string | undefined;
    readonly username?: string | undefined;
  }): Promise<ExperimentReport> {
    return this.#ask("GET", `/experiments/report${queryOf({ ...question })}`);
  }

  async rules(): Promise<readonly Rule[]> {
    return (await this.#ask<{ rules: readonly Rule[] }>("GET", "/rules")).rules;
  }

  rule(name: string): Promise<Rule> {
    return this.#ask("GET", pathOfRule(name));
  }

  /** With the revision a change was made from, it is refused when another is there now. */
  putRule(name: string, rule: RuleDocument, revision?: number): Promise<Rule> {
    return this.#ask("PUT", pathOfRule(name), rule, { revision });
  }

  /** A rule of ours becomes its preset, which is the answer; one that people made is gone. */
  async removeRule(name: string, revision?: number): Promise<Rule | undefined> {
    const path = pathOfRule(name);
    return (await this.#ask<RuleRemoval>("DELETE", path, undefined, { revision })).rule;
  }

  async settings(): Promise<readonly Settings[]> {
    return (await this.#ask<{ settings: readonly Settings[] }>("GET", "/settings")).settings;
  }

  settingsOf(service: string): Promise<Settings> {
    return this.#ask("GET", pathOfSettings(service));
  }

  /** Only what is named changes; `null` puts a key back to what the configuration says. */
  updateSettings<Name extends ServiceName>(
    service: Name,
    update: SettingsUpdate<Name>,
    revision?: number,
  ): Promise<Settings> {
    return this.#ask("PATCH", pathOfSettings(service), update, { revision });
  }

  /** What clients declared of one kind. */
  async declared(collection: Collection): Promise<readonly Declared[]> {
    type Answer = Readonly<Partial<Record<Collection, readonly Declared[]>>>;
    return (await this.#ask<Answer>("GET", `/${collection}`))[collection] ?? [];
  }

  declaredOne(collection: Collection, name: string): Promise<Declared> {
    return this.#ask("GET", pathOfDeclared({ collection, name }));
  }

  /** Refused where the name is taken. `body` is judged by the server. */
  declare(collection: Collection, name: string, body: object): Promise<Declared> {
    return this.#ask("PUT", pathOfDeclared({ collection, name }), body);
  }

  /** Only what is named changes, all of it or nothing. */
  changeDeclared(change: DeclaredChange): Promise<Declared> {
    const { update, revision } = change;
    return this.#ask("PATCH", pathOfDeclared(change), update, { revision });
  }

  async removeDeclared(collection: Collection, name: string): Promise<void> {
    await this.#ask("DELETE", pathOfDeclared({ collection, name }));
  }

  /** A container joins an application, or an application a user. */
  attach(membership: DeclaredMembership): Promise<Declared> {
    return this.#ask("PUT", pathOfMember(membership));
  }

  detach(membership: DeclaredMembership): Promise<Declared> {
    return this.#ask("DELETE", pathOfMember(membership));
  }

  health(): Promise<Health> {
    return this.#ask("GET", "/health");
  }

  /** Whether it measures, and what people set is in force. */
  async ready(): Promise<Readiness> {
    try {
      return await this.#ask<Readiness>("GET", "/ready");
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "SC_NOT_READY") throw error;
      return { isReady: false, detail: error.detail };
    }
  }

  /** What happens, as it happens; see `follow`. */
  stream(question: StreamQuestion = {}): AsyncIterable<StreamMessage> {
    return follow(this.#target, question);
  }

  /** The server's answers follow the contract it was tested against; they are not checked again. */
  async #ask<Answer>(
    method: Question["method"],
    path: string,
    body?: unknown,
    { revision, timeoutMs = this.#timeoutMs }: HowToAsk = {},
  ): Promise<Answer> {
    const question = { method, path, body, revision };
    return (await exchange(this.#target, question, timeoutMs)) as Answer;
  }
}

/** What a program needs of the client; tests give another. */
export type Api = Pick<ApiClient, keyof ApiClient>;

const pathOf = (name: string): string => `/structures/${encodeURIComponent(name)}`;
const pathOfAny = (name: string | undefined): string => (name === undefined ? "" : pathOf(name));

const pathOfDeclared = ({ collection, name }: DeclaredName): string =>
  `/${collection}/${encodeURIComponent(name)}`;
const pathOfMember = ({ collection, name, member }: DeclaredMembership): string => {
  const members = collection === "users" ? "applications" : "containers";
  return `${pathOfDeclared({ collection, name })}/${members}/${encodeURIComponent(member)}`;
};

const pathOfRule = (name: string): string => `/rules/${encodeURIComponent(name)}`;
const pathOfSettings = (service: string): string => `/settings/${encodeURIComponent(service)}`;

/** What is said, under the keys of the query string. */
function queryOf(said: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(said)) {
    if (value !== undefined) query.set(key, String(value));
  }
  return query.size === 0 ? "" : `?${query.toString()}`;
}
