import {
  err,
  ok,
  type Result,
  type ServiceName,
  type ServiceSettings,
  serviceNames,
} from "@sc/domain";
import type { ApiProblem, SettingsView } from "@sc/ports";

/** What is wrong with one value, in words that name the bound. */
export interface SettingsFault {
  readonly field: string;
  readonly text: string;
}

/** Every fault of what is to be set of a service; the bounds stand where the configuration's do. */
export type SettingsBounds = (service: ServiceName, content: object) => readonly SettingsFault[];

/** A document that holds what was set of one service. */
export type ServiceDocument<Name extends ServiceName = ServiceName> = {
  [One in Name]: {
    readonly kind: "service";
    readonly name: One;
    readonly content: Partial<ServiceSettings[One]>;
  };
}[Name];

type Values = { [Name in ServiceName]: ServiceSettings[Name] };
type View<Name extends ServiceName> = {
  [One in Name]: {
    readonly service: One;
    readonly revision: number;
    readonly values: ServiceSettings[One];
    readonly presets: ServiceSettings[One];
  };
}[Name];
type Stored = {
  [Name in ServiceName]?: {
    readonly content: Partial<ServiceSettings[Name]>;
    readonly revision: number;
  };
};

/** The settings of all services: what the configuration says, and what was set on top of it. */
export class SettingsBook {
  readonly #presets: ServiceSettings;
  readonly #bounds: SettingsBounds;
  readonly #stored: Stored = {};
  readonly #values: Values;

  constructor(presets: ServiceSettings, bounds: SettingsBounds) {
    this.#presets = presets;
    this.#bounds = bounds;
    this.#values = { ...presets };
  }

  /** Always the same object until it changes: asked on hot paths. */
  inForce<Name extends ServiceName>(name: Name): ServiceSettings[Name] {
    return this.#values[name];
  }

  view<Name extends ServiceName>(name: Name): View<Name> {
    return {
      service: name,
      revision: this.revisionOf(name),
      values: this.#values[name],
      presets: this.#presets[name],
    };
  }

  views(): readonly SettingsView[] {
    return serviceNames.map((name) => this.view(name));
  }

  revisionOf(name: ServiceName): number {
    return this.#stored[name]?.revision ?? 0;
  }

  put<Name extends ServiceName>(document: ServiceDocument<Name>, revision: number): void {
    const { name, content } = document;
    this.#stored[name] = { content, revision };
    this.#values[name] = { ...this.#presets[name], ...content };
  }

  remove(name: ServiceName): void {
    delete this.#stored[name];
    this.#reset(name);
  }

  #reset<Name extends ServiceName>(name: Name): void {
    this.#values[name] = this.#presets[name];
  }

  /** The document an update leads to, every value within its bounds. */
  propose(name: ServiceName, update: object): Result<ServiceDocument, ApiProblem> {
    const changes: readonly (readonly [string, unknown])[] = Object.entries(update);
    if (changes.length === 0) return err(outOfRange("settings", "name at least one of them"));
    const unknown = changes.find(([key]) => !Object.hasOwn(this.#presets[name], key));
    if (unknown !== undefined) {
      const known = Object.keys(this.#presets[name]).join(", ");
      return err(outOfRange(unknown[0], `is no setting of ${name}; there are ${known}`));
    }
    const merged = new Map<string, unknown>(Object.entries(this.#stored[name]?.content ?? {}));
    for (const [key, value] of changes) {
      if (value === null) merged.delete(key);
      else merged.set(key, value);
    }
    const content: object = Object.fromEntries(merged);
    const faults = this.#bounds(name, content);
    const document: object = { kind: "service", name, content };
    if (isServiceDocument(document, faults)) return ok(document);
    const [fault = { field: "settings", text: "are not valid" }] = faults;
    return err(outOfRange(fault.field, fault.text));
  }

  /** What would be in force with these documents. */
  valuesWith(documents: readonly ServiceDocument[]): ServiceSettings {
    const values: Values = { ...this.#values };
    for (const document of documents) this.#setValues(values, document);
    return values;
  }

  #setValues<Name extends ServiceName>(values: Values, document: ServiceDocument<Name>): void {
    values[document.name] = { ...this.#presets[document.name], ...document.content };
  }
}

/** Where nothing is wrong with its content, it is what its service takes. */
const isServiceDocument = (
  _document: object,
  faults: readonly SettingsFault[],
): _document is ServiceDocument => faults.length === 0;

export const outOfRange = (field: string, text: string): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field,
  detail: `${field} ${text}`,
});
