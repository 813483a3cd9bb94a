import type { Result, RuleDocument, ServiceName, ServiceSettings } from "@sc/domain";
import type { ApiProblem } from "./orchestration.ts";

/**
 * Rules and settings of services that people change while everything runs: validated, stored, and in
 * force from the next tick. A change is taken as a whole or not at all.
 */
export interface LiveDocuments {
  rules(): readonly RuleView[];
  rule(name: string): Result<RuleView, ApiProblem>;
  putRule(
    name: string,
    rule: RuleDocument,
    expectedRevision: number | undefined,
  ): Promise<Result<RuleView, ApiProblem>>;
  /** A rule of ours goes back to its preset, which is the answer; one that people made is gone. */
  removeRule(
    name: string,
    expectedRevision: number | undefined,
  ): Promise<Result<RuleView | undefined, ApiProblem>>;
  settings(): readonly SettingsView[];
  settingsOf(service: string): Result<SettingsView, ApiProblem>;
  /** Only what is named changes; `null` puts a key back to the configuration's value. */
  updateSettings<Name extends ServiceName>(
    service: Name,
    update: SettingsUpdate<Name>,
    expectedRevision: number | undefined,
  ): Promise<Result<SettingsView, ApiProblem>>;
}

export type SettingsUpdate<Name extends ServiceName> = {
  readonly [Key in keyof ServiceSettings[Name]]?: ServiceSettings[Name][Key] | null;
};

export interface RuleView {
  readonly name: string;
  /** 0 = never changed. */
  readonly revision: number;
  /** `preset`: ours, as it comes; `changed`: ours, changed by people; `own`: made by people. */
  readonly origin: "preset" | "changed" | "own";
  readonly rule: RuleDocument;
}

export type SettingsView = {
  readonly [Name in ServiceName]: {
    readonly service: Name;
    /** 0 = never changed. */
    readonly revision: number;
    /** In force. */
    readonly values: ServiceSettings[Name];
    /** What the configuration says. */
    readonly presets: ServiceSettings[Name];
  };
}[ServiceName];
