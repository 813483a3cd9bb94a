import { createHash } from "node:crypto";
import type { ExperimentDraft, StoredExperiment } from "@sc/ports";
import { Refused } from "./errors.ts";

/** The collections by the name they have in a path. */
export const collections = {
  experiments: { kind: "experiment", title: "experiment" },
  tests: { kind: "experiment-test", title: "test" },
} as const;
export type Collection = keyof typeof collections;

/** Fields that clients send back as they got them. */
const oursAlone = new Set(["_id", "_etag", "_created", "_updated", "_links", "_status"]);
const textMost = 200;
const tagsMost = 100;
const timeMost = 253_402_300_799;

type Issues = Record<string, string>;
type Fields = ReadonlyMap<string, unknown>;

export interface TimestampDocument {
  readonly _id: string;
  readonly _etag: string;
  readonly _created: string;
  readonly _updated: string;
  readonly _links: object;
  readonly [field: string]: unknown;
}

/** One document as clients read it. */
export function documentOf(stored: StoredExperiment, collection: Collection): TimestampDocument {
  const { id, content } = stored;
  const { experimentId, username, startTime, endTime, createdTime, updatedTime } = content;
  return {
    _id: id,
    experiment_id: experimentId,
    username,
    ...(startTime !== undefined && { start_time: startTime }),
    ...(endTime !== undefined && { end_time: endTime }),
    ...(stored.kind === "experiment-test" && testFields(stored.content)),
    _updated: new Date(updatedTime * 1000).toUTCString(),
    _created: new Date(createdTime * 1000).toUTCString(),
    _etag: etagOf(stored),
    _links: { self: { title: collections[collection].title, href: `${collection}/${id}` } },
  };
}

const testFields = ({
  testId,
  testName,
  tags,
}: Extract<StoredExperiment, { kind: "experiment-test" }>["content"]) => ({
  test_id: testId,
  test_name: testName,
  ...(tags !== undefined && { tags }),
});

/** Another one after each change. */
export const etagOf = ({ id, revision }: Pick<StoredExperiment, "id" | "revision">): string =>
  createHash("sha1").update(`${id} ${revision}`).digest("hex");

/** What a client sent, or every fault of it by field. */
export function draftOf(collection: Collection, body: unknown): ExperimentDraft {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refused(400, "the body is no JSON object");
  }
  const fields: Fields = new Map(Object.entries(body).filter(([key]) => !oursAlone.has(key)));
  const issues: Issues = {};
  const times = {
    ...timeField(fields, "start_time", "startTime", issues),
    ...timeField(fields, "end_time", "endTime", issues),
  };
  const common = {
    experimentId: textField(fields, "experiment_id", issues),
    username: textField(fields, "username", issues),
    ...times,
  };
  const known = ["experiment_id", "username", "start_time", "end_time"];
  if (collection === "experiments") {
    return orIssues({ kind: "experiment", content: common }, { fields, known, issues });
  }
  const tags = tagsField(fields, issues);
  const content = {
    ...common,
    testId: textField(fields, "test_id", issues),
    testName: textField(fields, "test_name", issues),
    ...(tags !== undefined && { tags }),
  };
  const ofTest = [...known, "test_id", "test_name", "tags"];
  return orIssues({ kind: "experiment-test", content }, { fields, known: ofTest, issues });
}

function orIssues(
  draft: ExperimentDraft,
  { fields, known, issues }: { fields: Fields; known: readonly string[]; issues: Issues },
): ExperimentDraft {
  for (const key of fields.keys()) {
    if (!known.includes(key)) issues[key.slice(0, textMost)] = "unknown field";
  }
  if (Object.keys(issues).length === 0) return draft;
  throw new Refused(422, "Insertion failure: 1 document(s) contain(s) error(s)", issues);
}

function textField(fields: Fields, key: string, issues: Issues): string {
  const value = fields.get(key);
  if (value === undefined) issues[key] = "required field";
  else if (typeof value !== "string") issues[key] = "must be of string type";
  else if (value === "") issues[key] = "empty values not allowed";
  else if (value.length > textMost) issues[key] = `max length is ${textMost}`;
  else return value;
  return "";
}

function timeField<Name extends string>(
  fields: Fields,
  key: string,
  name: Name,
  issues: Issues,
): { readonly [Key in Name]?: number } {
  const value = fields.get(key);
  // A client that has no time yet may say so.
  if (value === undefined || value === null) return {};
  if (typeof value !== "number" || !Number.isInteger(value)) {
    issues[key] = "must be of integer type";
  } else if (value < 1) issues[key] = "min value is 1";
  else if (value > timeMost) issues[key] = `max value is ${timeMost}`;
  else return Object.fromEntries([[name, value]]) as { readonly [Key in Name]?: number };
  return {};
}

function tagsField(fields: Fields, issues: Issues): readonly string[] | undefined {
  const value = fields.get("tags");
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) issues.tags = "must be of list type";
  else if (value.length > tagsMost) issues.tags = `max length is ${tagsMost}`;
  else {
    const tags = value.filter(
      (tag) => typeof tag === "string" && tag !== "" && tag.length <= textMost,
    );
    if (tags.length === value.length) return tags;
    issues.tags = "must be of string type";
  }
  return undefined;
}
