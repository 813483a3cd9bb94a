/**
 * Events, requests and changes: what was heard since the start is known from memory, every one of them;
 * what is older, or has left the memory, comes from the history store, which keeps less of what repeats.
 * A store that fails costs the older ones and nothing else.
 */
import {
  type HistoryRecord,
  type HistoryRecordKind,
  parseStructureName,
  type StructureName,
  wallSeconds,
} from "@sc/domain";
import type { ChangeView, EventView, HistoryQuery, HistoryStore, RequestView } from "@sc/ports";
import type { History } from "./history.ts";
import { changeView, eventView, requestView } from "./history-views.ts";

export interface KeptHistoryDeps {
  readonly recent: History;
  readonly store: Pick<HistoryStore, "records">;
}

type RecordOf<Kind extends HistoryRecordKind> = Extract<HistoryRecord, { kind: Kind }>;

export class KeptHistory {
  readonly #deps: KeptHistoryDeps;

  constructor(deps: KeptHistoryDeps) {
    this.#deps = deps;
  }

  async events(query: HistoryQuery): Promise<readonly EventView[]> {
    const { recent } = this.#deps;
    const oldest = recent.oldestEvent();
    const known = recent.events(query);
    const older = await this.#older("event", { query, known: known.length, oldest });
    return [...known, ...older.map(({ event }) => eventView(event))];
  }

  async requests(query: HistoryQuery): Promise<readonly RequestView[]> {
    const { recent } = this.#deps;
    const oldest = recent.oldestRequest();
    const known = recent.requests(query);
    const older = await this.#older("request", { query, known: known.length, oldest });
    return [
      ...known,
      ...older.map(({ request, held }) =>
        requestView({ structure: request.structure, request, held }),
      ),
    ];
  }

  async changes(query: HistoryQuery): Promise<readonly ChangeView[]> {
    const { recent } = this.#deps;
    const oldest = recent.oldestChange();
    const known = recent.changes(query);
    const older = await this.#older("change", { query, known: known.length, oldest });
    return [...known, ...older.map(({ change }) => changeView(change))];
  }

  /** Those before the oldest one in memory, as far as they are asked for. */
  async #older<Kind extends HistoryRecordKind>(
    kind: Kind,
    { query, known, oldest }: Older,
  ): Promise<readonly RecordOf<Kind>[]> {
    const limit = query.limit - known;
    const to = Math.min(query.to ?? Infinity, oldest ?? Infinity);
    const structure = structureOf(query);
    if (limit <= 0 || structure === "unknown" || (query.from ?? -Infinity) >= to) return [];
    const found = await this.#deps.store.records({
      kind,
      structure,
      limit,
      ...(query.from !== undefined && { from: wallSeconds(query.from) }),
      ...(to !== Infinity && { to: wallSeconds(to) }),
    });
    return found.ok ? found.value : [];
  }
}

interface Older {
  readonly query: HistoryQuery;
  /** How many were found in memory. */
  readonly known: number;
  /** Stamp of the oldest in memory, of whatever structure. */
  readonly oldest: number | undefined;
}

/** A text that is no name is the name of nothing. */
function structureOf({ structure }: HistoryQuery): StructureName | undefined | "unknown" {
  if (structure === undefined) return undefined;
  const name = parseStructureName(structure);
  return name.ok ? name.value : "unknown";
}
