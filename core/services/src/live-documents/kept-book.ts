import type { KeptDocument, KeptKind } from "@sc/domain";
import type { ApiProblem, DocumentChange, KeptView } from "@sc/ports";

const nameMaxLength = 100;
const bytesMost = 16 * 1024;
/** Far more than the published framework has. */
const keptMost = 500;

interface Kept {
  readonly document: KeptDocument;
  readonly revision: number;
}

/** Documents that are kept as they came; nothing here acts on them. */
export class KeptBook {
  readonly #kept = new Map<string, Kept>();

  views(kind: KeptKind): readonly KeptView[] {
    return [...this.#kept.values()]
      .map(({ document, revision }) => ({ ...document, revision }))
      .filter((document) => document.kind === kind)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What keeps a document from being kept. */
  check(document: KeptDocument): ApiProblem | undefined {
    const { name, content } = document;
    if (name === "" || name.length > nameMaxLength) {
      return refused("name", `has 1 to ${nameMaxLength} characters`);
    }
    if (JSON.stringify(content).length > bytesMost) {
      return refused(name, `has ${bytesMost / 1024} KiB at most`);
    }
    if (this.#kept.has(keyOf(document)) || this.#kept.size < keptMost) return undefined;
    return refused(name, `is one too many: ${keptMost} documents are kept at most`);
  }

  take({ kind, name, revision, document }: DocumentChange): void {
    if (document === undefined) {
      this.#kept.delete(keyOf({ kind, name }));
      return;
    }
    if (document.kind !== "kept-rule" && document.kind !== "kept-service") return;
    const known = this.#kept.get(keyOf(document));
    if (revision > (known?.revision ?? 0)) this.#kept.set(keyOf(document), { document, revision });
  }
}

const keyOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string =>
  `${kind}/${name}`;

const refused = (field: string, text: string): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field,
  detail: `${field} ${text}`,
});
