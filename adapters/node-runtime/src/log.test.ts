import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { type JsonLogOptions, LineLog } from "./log.ts";

describe("LineLog", () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
  });
  const logOf = (options: Partial<JsonLogOptions> = {}): LineLog =>
    new LineLog({
      level: "info",
      format: "json",
      write: (line) => lines.push(line),
      now: () => new Date("2026-03-01T12:34:56.789Z"),
      ...options,
    });
  const parsed = (): Readonly<Record<string, unknown>> => JSON.parse(lines[0] ?? "");

  test("writes one line of JSON per entry, however many lines a value has", () => {
    logOf().info("limits were put back", { structures: 3, text: "two\nlines" });
    assert.match(lines[0] ?? "", /^[^\n]+\n$/);
    assert.deepEqual(parsed(), {
      time: "2026-03-01T12:34:56.789Z",
      level: "info",
      message: "limits were put back",
      structures: 3,
      text: "two\nlines",
    });
  });

  test("writes for people the time of day, the level, the sentence and the fields", () => {
    logOf({ format: "pretty" }).warn("something is late", { name: "web", seconds: 2, list: [1] });
    assert.deepEqual(lines, ["12:34:56 warn  something is late  name=web  seconds=2  list=[1]\n"]);
  });

  test("says that lines are lost while they cannot be written, and how many were once they can", () => {
    let failure: Error | undefined = new Error("ENOSPC: no space left on device, write");
    const log = logOf({
      write: (line, onWritten) => {
        if (failure === undefined) lines.push(line);
        onWritten(failure);
      },
    });
    log.info("one");
    log.info("two");
    assert.equal(log.failure, "2 lines are lost: ENOSPC: no space left on device, write");
    failure = undefined;
    log.info("three");
    assert.equal(log.failure, undefined);
    const messages = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      messages.map(({ message, lines: lost }) => [message, lost]),
      [
        ["three", undefined],
        ["lines of the log were lost", 2],
      ],
    );
  });

  const levels = [
    { level: "debug", written: ["info", "warn", "error"] },
    { level: "info", written: ["info", "warn", "error"] },
    { level: "warn", written: ["warn", "error"] },
    { level: "error", written: ["error"] },
  ] as const;
  for (const { level, written } of levels) {
    test(`at level ${level} writes ${written.join(", ")}`, () => {
      const log = logOf({ level });
      log.info("one");
      log.warn("two");
      log.error("three");
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).level),
        written,
      );
    });
  }

  for (const format of ["json", "pretty"] as const) {
    test(`says in ${format} what an error was, where, and what it came from`, () => {
      const root = new Error("the disk is full");
      const middle = new Error("the journal cannot be written", { cause: root });
      logOf({ format }).error("a tick failed", { error: new Error("top", { cause: middle }) });
      for (const part of ["top", "the journal cannot be written", "the disk is full", "log.test"])
        assert.ok(lines[0]?.includes(part), part);
    });
  }

  test("says a cause that is no error as well", () => {
    logOf().error("a tick failed", { error: new Error("top", { cause: "a bare string" }) });
    assert.ok(lines[0]?.includes("(a bare string)"));
  });

  test("a field never hides the time, the level or the sentence", () => {
    logOf().info("the sentence", { message: "another", level: "fatal", time: "never" });
    assert.deepEqual(parsed(), {
      time: "2026-03-01T12:34:56.789Z",
      level: "info",
      message: "the sentence",
    });
  });

  for (const format of ["json", "pretty"] as const) {
    test(`in ${format} lets no terminal obey what a text from outside says`, () => {
      const name = "\u001b[2J\u009b31m\u202eweb";
      logOf({ format }).warn("a name that is none", { name });
      const line = lines[0] ?? "";
      assert.ok(line.includes("\\u001b[2J\\u009b31m\\u202eweb"), line);
      if (format === "json") assert.equal(parsed().name, name);
    });
  }
});
