import type { RuleDocument } from "../policies/rule-document.ts";
import type { Application } from "../structure/application.ts";
import type { DeclaredHost } from "../structure/declared-host.ts";
import type { StoredSettings } from "../structure/settings.ts";
import type { StructureName } from "../structure/structure-name.ts";
import type { Subscription } from "../structure/subscription.ts";
import type { User } from "../structure/user.ts";
import type { ExperimentDocument } from "./experiment.ts";
import type { ServiceName, ServiceSettings } from "./service-settings.ts";

/**
 * What people set and expect to find again: documents, found by kind and name. A service's document holds
 * only what was set; what it leaves out follows the configuration.
 */
export type Document =
  | { readonly kind: "host"; readonly name: "host"; readonly content: HostDocument }
  | {
      readonly kind: "structure";
      readonly name: StructureName;
      readonly content: StoredSettings;
    }
  | CatalogueDocument
  | ExperimentDocument
  | { readonly kind: "rule"; readonly name: string; readonly content: RuleDocument }
  | KeptDocument
  | {
      readonly [Name in ServiceName]: {
        readonly kind: "service";
        readonly name: Name;
        readonly content: Partial<ServiceSettings[Name]>;
      };
    }[ServiceName];

/** What clients declared; the name of each is its own among all four kinds. */
export interface CatalogueContents {
  readonly "declared-host": DeclaredHost;
  readonly subscription: Subscription;
  readonly application: Application;
  readonly user: User;
}
export type CatalogueDocument = {
  readonly [Kind in keyof CatalogueContents]: {
    readonly kind: Kind;
    readonly name: StructureName;
    readonly content: CatalogueContents[Kind];
  };
}[keyof CatalogueContents];

/**
 * What clients of the published framework set, expect to find again, and nothing here acts on: rules of
 * services that are not here, and keys of services that have no meaning here.
 */
export interface KeptDocument {
  readonly kind: KeptKind;
  readonly name: string;
  readonly content: KeptContent;
}
export type KeptKind = "kept-rule" | "kept-service";
/** JSON, as it came. */
export type KeptContent = Readonly<Record<string, unknown>>;

export interface HostDocument {
  /** Everything is paused. */
  readonly isPaused: boolean;
}

export type DocumentKind = Document["kind"];
