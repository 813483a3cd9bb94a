import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "@sc/api-client";
import { streamTopics as contractTopics, type StreamMessage } from "@sc/contracts";
import { CommandFailed } from "../errors.ts";
import { streamTopics } from "../program/stream-topics.ts";
import {
  guardianSettings,
  raise,
  sessionFor,
  squeeze,
  structureCalled,
} from "../testing/session-fixture.ts";
import { watch } from "./watch.ts";

const about = { structure: "web", resource: "cpu", stamp: 900.25 } as const;
const messages: readonly StreamMessage[] = [
  { topic: "structures", number: undefined, data: [structureCalled("web")] },
  {
    topic: "events",
    number: 1,
    data: { ...about, direction: "up", rule: "r", used: 190, threshold: 180 },
  },
  {
    topic: "requests",
    number: 2,
    data: {
      ...about,
      amount: 75,
      from: 200,
      policy: "p",
      isRecommendation: false,
      reason: { code: "usage-above-upper", text: "it uses 190 of 200" },
      held: { code: "at-max", text: "it is at its max" },
    },
  },
  { topic: "changes", number: 3, data: squeeze },
  { topic: "rules", number: 4, data: { name: "mine", isRemoved: true } },
  { topic: "rules", number: 5, data: { ...raise, revision: 7 } },
  { topic: "settings", number: 6, data: guardianSettings },
];

/** Ends as when the person ended it after the last message. */
function watched(format?: "json" | "yaml") {
  const fixture = sessionFor(format === undefined ? {} : { format });
  fixture.api.messages = messages;
  return { ...fixture, signal: AbortSignal.abort() };
}

describe("watch", () => {
  test("writes a line per message", async () => {
    const { output, session, signal } = watched();
    await watch(session, { signal });
    assert.deepEqual(output().split("\n"), [
      "00:16:40.000  structures  web cpu 41.3/200 mem -/none",
      "00:15:00.250  events      web cpu 190 is above upper 180",
      "00:15:00.250  requests    web cpu 200→275 wanted and held: it uses 190 of 200; it is at its max",
      "00:16:28.000  changes     web cpu 200→140 applied by policy serverless-rules: it uses 41 of 200",
      "00:16:40.000  rules       mine is removed",
      "00:16:40.000  rules       cpu_rescale_up revision 7",
      "00:16:40.000  settings    guardian revision 2",
      "",
    ]);
  });

  test("writes a document per message for programs", async () => {
    const json = watched("json");
    await watch(json.session, { signal: json.signal });
    const lines = json.output().trimEnd().split("\n");
    assert.deepEqual(lines.length, messages.length);
    assert.deepEqual(JSON.parse(lines[3] ?? ""), messages[3]);
    const yaml = watched("yaml");
    await watch(yaml.session, { signal: yaml.signal });
    assert.equal(yaml.output().match(/^---$/gm)?.length, messages.length);
  });

  test("asks for everything but snapshots, unless topics are named", async () => {
    const { api, session, signal } = watched();
    await watch(session, { signal });
    const topics = ["events", "requests", "changes", "rules", "settings"];
    assert.deepEqual(api.asked, [{ stream: { structure: undefined, signal, topics } }]);
  });

  test("of a container that is not there ends at once", async () => {
    const { api, session, signal } = watched();
    api.structure = async () => {
      throw new ApiError({ code: "SC_STRUCTURE_UNKNOWN", status: 404, detail: "no mail" });
    };
    await assert.rejects(watch(session, { structure: "mail", signal }), ApiError);
  });

  test("fails when the server closes the stream, and not when the person does", async () => {
    const { session } = sessionFor();
    const { signal } = new AbortController();
    await assert.rejects(
      watch(session, { signal }),
      (error) => error instanceof CommandFailed && error.code === "SC_STREAM_ENDED",
    );
  });

  test("knows the topics of the contracts", () => {
    assert.deepEqual(streamTopics, contractTopics);
  });
});
