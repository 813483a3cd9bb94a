import { type Resource, type RuleDocument, resources, type ServerlessRules } from "@sc/domain";

/** The rules as they come, by resource. */
export type RulePresets = Readonly<
  Record<Resource, Pick<ServerlessRules, "eventRules" | "requestRules">>
>;

/** The same as documents, found by name, in the order in which they are asked. */
export const presetDocuments = (presets: RulePresets): ReadonlyMap<string, RuleDocument> =>
  new Map(
    resources.flatMap((resource) => {
      const common = { resource, isActive: true } as const;
      const { eventRules, requestRules } = presets[resource];
      return [
        ...eventRules.map((rule): RuleDocument => ({ ...common, kind: "event", ...rule })),
        ...requestRules.map((rule): RuleDocument => ({ ...common, kind: "request", ...rule })),
      ].map((document) => [document.name, document] as const);
    }),
  );
