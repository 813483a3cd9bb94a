import { test } from "node:test";
import fc from "fast-check";
import { agreementProperty } from "../testing/agreement.ts";
import { propertyRuns } from "../testing/property-runs.ts";

test("after any orders, crashes and restarts, kernel, ledger, journal and restore list agree", async () => {
  await fc.assert(
    agreementProperty(() => undefined),
    propertyRuns(40),
  );
});
