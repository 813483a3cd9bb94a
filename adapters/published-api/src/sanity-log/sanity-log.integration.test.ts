import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { SanityLog } from "./sanity-log.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sc-sanity-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const errors: string[] = [];
const logIn = (place: string): SanityLog =>
  new SanityLog({
    folder: place,
    now: () => new Date("2026-11-29T15:04:05Z"),
    log: { info: () => {}, warn: () => {}, error: (text) => errors.push(text) },
  });
const path = (): string => join(folder, "sanity_checker.log");
const linesOf = (): readonly string[] => readFileSync(path(), "utf8").trimEnd().split("\n");

/** As the published web interface reads it: backwards, from one marker to the other. */
function shown(): readonly string[] {
  const lines = linesOf();
  const end = lines.findLastIndex((line) => line.includes("Sanity checked"));
  const begin = lines.findLastIndex(
    (line, index) => index < end && line.includes("Checking for invalid configuration"),
  );
  assert.ok(begin >= 0 && end > begin);
  return lines.slice(begin + 1, end);
}

test("a check is between its two markers, and the newest is the one that is shown", async () => {
  const log = logIn(folder);
  log.checked([{ code: "SC_SANITY_RULE_NEVER_FIRES", text: "the rule can never fire" }]);
  await log.close();
  assert.deepEqual(linesOf(), [
    "[2026-11-29 15:04:05]INFO:sanity_checker:Checking for invalid configuration",
    "[2026-11-29 15:04:05]ERROR:sanity_checker:the rule can never fire (SC_SANITY_RULE_NEVER_FIRES)",
    "[2026-11-29 15:04:05]INFO:sanity_checker:Sanity checked",
  ]);
  log.checked([]);
  await log.close();
  assert.deepEqual(shown(), []);
  assert.equal(linesOf().length, 5);
});

test("what is told cannot pass for a marker on a line of its own", async () => {
  const log = logIn(folder);
  log.checked([
    { code: "X", structure: "web", text: `a\nSanity checked\r\u007fb${"x".repeat(900)}` },
  ]);
  await log.close();
  assert.equal(linesOf().length, 3);
  assert.match(shown()[0] ?? "", /^\[.*\]ERROR:sanity_checker:web: a Sanity checked {2}bx+…$/);
});

test("the file stays small, and at any time holds a whole check", async () => {
  const log = logIn(folder);
  const many = Array.from({ length: 100 }, () => ({ code: "X", text: "y".repeat(400) }));
  for (let checks = 0; checks < 20; checks += 1) {
    log.checked(many);
    await log.close();
    assert.ok(statSync(path()).size <= 256 * 1024);
    assert.equal(shown().length, 100);
  }
  assert.equal(existsSync(`${path()}.next`), false);
});

test("nothing is written through a link", async () => {
  const target = join(folder, "target");
  symlinkSync(target, path());
  const log = logIn(folder);
  log.checked([]);
  await log.close();
  assert.equal(existsSync(target), false);
  assert.deepEqual(
    log.problems().map(({ code }) => code),
    ["SC_LOG_UNWRITABLE"],
  );
});

test("a folder that is not there is told once, and no more once it is there", async () => {
  const place = join(folder, "later");
  const log = logIn(place);
  errors.splice(0);
  for (let checks = 0; checks < 3; checks += 1) {
    log.checked([]);
    await log.close();
  }
  assert.deepEqual(errors, ["sanity_checker.log cannot be written"]);
  assert.match(log.problems()[0]?.text ?? "", /ENOENT/);
});
