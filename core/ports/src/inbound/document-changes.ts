import type { KeptDocument, KeptKind, Result, RuleDocument, ServiceName } from "@sc/domain";
import type { SettingsUpdate } from "./live-documents.ts";
import type { ApiProblem } from "./orchestration.ts";

/** Several live documents changed at once, and those that are kept for clients of the published framework. */
export interface DocumentChanges {
  /** What is kept as it came and nothing acts on. */
  kept(kind: KeptKind): readonly KeptView[];
  /** All of them or none, checked as they would be in force together. */
  changeAll(
    changes: readonly LiveChange[],
    options?: ChangeOptions,
  ): Promise<Result<void, ChangeProblem>>;
}

/** What is kept, and the revision to change it from. */
export type KeptView = KeptDocument & { readonly revision: number };

/** One change among others; of one service or one name there is one at most. */
export type LiveChange = (
  | { readonly kind: "rule"; readonly name: string; readonly rule: RuleDocument }
  | {
      readonly [Name in ServiceName]: {
        readonly kind: "settings";
        readonly service: Name;
        readonly update: SettingsUpdate<Name>;
      };
    }[ServiceName]
  | KeptDocument
) & {
  /** The revision the change was made from, 0 = there was none; absent = whatever is there. */
  readonly expectedRevision?: number | undefined;
};

export interface ChangeOptions {
  /** Everything is checked, and nothing is changed. */
  readonly isDryRun?: boolean;
}

/** Why nothing was changed, and which of the changes is at fault when it is one alone. */
export type ChangeProblem = ApiProblem & { readonly at?: number };
