import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Modules written down for one test, gone at its end. */
export class ModuleFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "sc-policy-"));

  /** A module whose `decide` is `body`; `state` and `input` are there. */
  deciding(body: string, before = ""): string {
    return this.file(`
      ${before}
      export const policy = {
        begin: () => 0,
        decide: (state: number, input: any) => { ${body} },
      };
    `);
  }

  file(text: string, name = "policy.ts"): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}
