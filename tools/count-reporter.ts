import type { TestEvent } from "node:test/reporters";

/** What one run of the test runner came to; written as one line of JSON for `tools/test.ts`. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** Why tests were skipped, each reason with how often. */
  reasons: Record<string, number>;
}

// The test runner wants its reporters as default exports.
export default async function* countReporter(source: AsyncIterable<TestEvent>) {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0, reasons: {} };
  for await (const event of source) count(event, counts);
  yield `${JSON.stringify(counts)}\n`;
}

/** Counts single tests. A suite counts when it is skipped as a whole or fails by itself. */
function count(event: TestEvent, counts: TestCounts): void {
  if (event.type !== "test:pass" && event.type !== "test:fail") return;
  const { skip } = event.data;
  if (skip !== undefined && skip !== false) {
    const reason = typeof skip === "string" && skip !== "" ? skip : "no reason given";
    counts.skipped += 1;
    counts.reasons[reason] = (counts.reasons[reason] ?? 0) + 1;
  } else if (event.type === "test:fail") {
    if (!isFailureOfSubtests(event.data.details.error)) counts.failed += 1;
  } else if (event.data.details.type !== "suite") {
    counts.passed += 1;
  }
}

const isFailureOfSubtests = (error: Error): boolean =>
  "failureType" in error && error.failureType === "subtestsFailed";
