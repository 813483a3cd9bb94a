import { err, ok, type Result } from "@sc/domain";
import type { ImportFile, ImportOptions, ImportRefusal, ImportReport, Imports } from "@sc/ports";

/** Takes everything but a file called `bad.json`, and notes what it was asked. */
export class FakeImports implements Imports {
  readonly asked: { readonly files: readonly ImportFile[]; readonly options: ImportOptions }[] = [];

  async take(
    files: readonly ImportFile[],
    options: ImportOptions,
  ): Promise<Result<ImportReport, ImportRefusal>> {
    this.asked.push({ files, options });
    const notes = files.map(({ name: file }) => ({ file, field: "rule R", text: "is no rule" }));
    if (!files.some(({ name }) => name === "bad.json")) {
      return ok({ changes: notes, leftOut: [], configuration: [] });
    }
    const detail = "nothing was changed: one fault";
    return err({ code: "SC_IMPORT_REFUSED", detail, faults: notes });
  }
}
