/**
 * The services as published clients read and set them: keys that are settings of ours, in force from the
 * next tick, and keys that are kept and answered. All that is set at once is taken or none of it.
 */
import { err, ok, type Result, type ServiceName, type ServiceSettings } from "@sc/domain";
import type {
  ApiProblem,
  DocumentChanges,
  Heartbeats,
  KeptView,
  LiveChange,
  LiveDocuments,
} from "@sc/ports";
import type { PublishedDocument } from "../published-document.ts";
import { tryAgainWhenStale } from "../try-again-when-stale.ts";
import { anything, type KeyValue } from "./key-values.ts";
import {
  type PublishedKey,
  type PublishedService,
  publishedServices,
  takesAnyKey,
} from "./published-keys.ts";
import { type InForce, translations, type Values } from "./translations.ts";

export interface LiveServicesDeps {
  readonly documents: LiveDocuments & DocumentChanges;
  readonly heartbeats: Heartbeats;
}

/** More than the original has of all its services. */
const keysMost = 100;

export class LiveServices {
  readonly #deps: LiveServicesDeps;

  constructor(deps: LiveServicesDeps) {
    this.#deps = deps;
  }

  list(): readonly PublishedDocument[] {
    return publishedServices
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((service) => this.#documentOf(service));
  }

  find(name: string): Result<PublishedDocument, ApiProblem> {
    const service = serviceNamed(name);
    return service.ok ? ok(this.#documentOf(service.value)) : service;
  }

  setKeys(name: string, sent: ReadonlyMap<string, unknown>): Promise<Result<void, ApiProblem>> {
    return tryAgainWhenStale(async () => {
      const changes = this.changesFor(name, sent);
      if (!changes.ok) return changes;
      return changes.value.length === 0 ? ok(undefined) : this.#make(changes.value, sent);
    });
  }

  /** What setting these keys changes, checked as far as one key alone can be. */
  changesFor(
    name: string,
    sent: ReadonlyMap<string, unknown>,
  ): Result<readonly LiveChange[], ApiProblem> {
    const service = serviceNamed(name);
    if (!service.ok) return service;
    const values = readValues(service.value, sent);
    return values.ok ? this.#changesFor(service.value, values.value) : values;
  }

  async #make(
    changes: readonly LiveChange[],
    set: ReadonlyMap<string, unknown>,
  ): Promise<Result<void, ApiProblem>> {
    const changed = await this.#deps.documents.changeAll(changes);
    if (changed.ok) return changed;
    const { at: _, ...problem } = changed.error;
    return err({ ...problem, detail: `${[...set.keys()].join(", ")}: ${problem.detail}` });
  }

  #changesFor(service: PublishedService, set: Values): Result<readonly LiveChange[], ApiProblem> {
    const stored = this.#storedOf(service.name);
    const kept = keptValues(stored);
    const translation = service.own && translations.get(service.own);
    const inForce = this.#inForce();
    const ours = translation?.change(set, inForce, kept);
    const told = translation?.told(inForce, kept);
    const toKeep = [...set].filter(([key]) => !told?.has(key) || translation?.kept.has(key));
    const content = Object.fromEntries([...kept, ...toKeep]);
    if (Object.keys(content).length > keysMost) {
      return err(outOfRange(service.name, `has ${keysMost} keys at most`));
    }
    const keeping: LiveChange = {
      kind: "kept-service",
      name: service.name,
      content,
      expectedRevision: stored?.revision ?? 0,
    };
    return ok([...(ours ? [ours] : []), ...(toKeep.length > 0 ? [keeping] : [])]);
  }

  #documentOf(service: PublishedService): PublishedDocument {
    const { name, keys, own, beatsAs = own } = service;
    const kept = keptValues(this.#storedOf(name));
    const told = (own && translations.get(own))?.told(this.#inForce(), kept);
    const presets = keys.flatMap(({ name: key, preset }): (readonly [string, KeyValue])[] =>
      preset === undefined ? [] : [[key, preset]],
    );
    const config = Object.fromEntries([...presets, ...kept, ...(told ?? [])]);
    return { _id: name, name, type: "service", ...this.#heartbeatOf(beatsAs), config };
  }

  /** Empty where nothing of the kind runs: clients take it for dead, as it is. */
  #heartbeatOf(own: string | undefined): PublishedDocument {
    const beat = own === undefined ? undefined : this.#deps.heartbeats.lastBeat(own);
    if (beat === undefined) return { heartbeat: "", heartbeat_human: "" };
    return { heartbeat: beat, heartbeat_human: localTime(new Date(beat * 1000)) };
  }

  #storedOf(name: string): KeptView | undefined {
    return this.#deps.documents.kept("kept-service").find((each) => each.name === name);
  }

  #inForce(): InForce {
    const values = new Map(this.#deps.documents.settings().map((view) => [view.service, view]));
    const of = <Name extends ServiceName>(name: Name): ServiceSettings[Name] => {
      const view = values.get(name);
      if (isOf(name, view)) return view.values;
      throw new Error(`there are no settings of ${name}`);
    };
    return {
      "node-agent": of("node-agent"),
      guardian: of("guardian"),
      scaler: of("scaler"),
      "structure-snapshoter": of("structure-snapshoter"),
      "database-snapshoter": of("database-snapshoter"),
      "sanity-checker": of("sanity-checker"),
      refeeder: of("refeeder"),
    };
  }
}

const isOf = <Name extends ServiceName>(
  name: Name,
  view: { readonly service: ServiceName } | undefined,
): view is { readonly service: Name; readonly values: ServiceSettings[Name] } =>
  view?.service === name;

function serviceNamed(name: string): Result<PublishedService, ApiProblem> {
  const service = publishedServices.find((each) => each.name === name);
  if (service !== undefined) return ok(service);
  return err({ code: "SC_SERVICE_UNKNOWN", detail: `there is no service ${name}` });
}

const anyKeyName = /^[A-Za-z][A-Za-z0-9_]{0,99}$/;

function readValues(
  service: PublishedService,
  sent: ReadonlyMap<string, unknown>,
): Result<Values, ApiProblem> {
  const values = new Map<string, KeyValue>();
  for (const [name, value] of sent) {
    const key = keyNamed(service, name);
    if (key === undefined) {
      const known = service.keys.map((each) => each.name).join(", ");
      return err(outOfRange(name, `is no key of ${service.name}; there are ${known}`));
    }
    const read = key.values.read(value);
    if (read === undefined) {
      const shown = JSON.stringify(value).slice(0, 80);
      return err(outOfRange(name, `bad content: is ${shown}, expected ${key.values.expected}`));
    }
    values.set(name, read);
  }
  return ok(values);
}

function keyNamed(
  service: PublishedService,
  name: string,
): Pick<PublishedKey, "values"> | undefined {
  const key = service.keys.find((each) => each.name === name);
  if (key !== undefined) return key;
  return takesAnyKey(service) && anyKeyName.test(name) ? { values: anything } : undefined;
}

/** What was stored, each as its key takes it: what another version kept and this one does not is left. */
function keptValues(stored: KeptView | undefined): Values {
  const service = publishedServices.find(({ name }) => name === stored?.name);
  if (stored === undefined || service === undefined) return new Map();
  return new Map(
    Object.entries(stored.content).flatMap(([name, value]): (readonly [string, KeyValue])[] => {
      const read = keyNamed(service, name)?.values.read(value);
      return read === undefined ? [] : [[name, read]];
    }),
  );
}

const outOfRange = (field: string, text: string): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field,
  detail: `${field} ${text}`,
});

/** `MM/DD/YY HH:MM:SS`, local, as the original writes it. */
function localTime(at: Date): string {
  const two = (number: number): string => String(number % 100).padStart(2, "0");
  const day = [at.getMonth() + 1, at.getDate(), at.getFullYear()].map(two).join("/");
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":")}`;
}
