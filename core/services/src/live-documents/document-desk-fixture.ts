import {
  byResource,
  type Document,
  defaultRules,
  err,
  type Result,
  type ServiceSettings,
} from "@sc/domain";
import { compileForTests, presetServiceSettings } from "@sc/domain/testing";
import type { ApiProblem, RuleCompiler } from "@sc/ports";
import { InMemoryDocumentStore } from "@sc/ports/testing";
import { KeptLog } from "../service-loop/ticking-clock.ts";
import { DocumentDesk, type DocumentNews } from "./document-desk.ts";
import type { SettingsBounds } from "./settings-book.ts";

/** As the tests need it: a number is finite and not negative. */
const bounds: SettingsBounds = (_service, content) =>
  Object.entries(content).flatMap(([field, value]: readonly [string, unknown]) =>
    typeof value !== "number" || (Number.isFinite(value) && value >= 0)
      ? []
      : [{ field, text: `is ${value}, expected at least 0` }],
  );

/** Takes every rule but the text "wrong". */
const compiler: RuleCompiler = {
  compile: (document) =>
    document === "wrong"
      ? err({ code: "SC_RULE_INVALID", place: "and[0]", text: "is no rule" })
      : compileForTests(document),
};

export function deskWithoutDocuments(
  documents: readonly Document[] = [],
  settings: ServiceSettings = presetServiceSettings,
) {
  const store = new InMemoryDocumentStore(documents);
  const desk = new DocumentDesk({
    store,
    log: new KeptLog(),
    settings,
    bounds,
    presets: defaultRules,
    compilers: byResource(() => compiler),
  });
  const news: DocumentNews[] = [];
  desk.onChange((one) => news.push(one));
  return { desk, news, store };
}

export async function deskWith(
  documents: readonly Document[] = [],
  settings = presetServiceSettings,
) {
  const made = deskWithoutDocuments(documents, settings);
  const loaded = await made.store.load();
  if (loaded.ok) made.desk.take(loaded.value);
  made.news.splice(0);
  return made;
}

export function refusal(result: Result<unknown, ApiProblem>): ApiProblem | undefined {
  return result.ok ? undefined : result.error;
}
