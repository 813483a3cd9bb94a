import {
  importBytesMost,
  importQuestionSchema,
  importReportSchema,
  noQuerySchema,
} from "@sc/contracts";
import type { Imports } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { RequestRefused } from "../errors.ts";
import { problem } from "../problems.ts";

/** What another installation was set up with, taken over as a whole or not at all. */
export function addImportRoute(api: App, imports: Imports): void {
  api.post(
    "/import",
    {
      schema: {
        operationId: "import",
        summary: "Take over files of the published framework, or show what would change",
        tags: ["control"],
        querystring: noQuerySchema,
        body: importQuestionSchema,
        response: { 200: importReportSchema },
      },
      bodyLimit: importBytesMost,
      config: { problems: ["SC_IMPORT_REFUSED", "SC_STATE_NOT_SAVED", "SC_STATE_UNREADABLE"] },
    },
    async ({ body: { files, isDryRun } }) => {
      const taken = await imports.take(files, { isDryRun });
      if (taken.ok) return taken.value;
      const { code, detail, faults } = taken.error;
      const errors = faults.map(({ file, field, text }) => ({
        field: `${file}: ${field}`,
        detail: text,
      }));
      throw new RequestRefused(problem(code, detail, { errors }));
    },
  );
}
