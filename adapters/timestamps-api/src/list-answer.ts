import type { Collection, TimestampDocument } from "./documents.ts";
import { fits, type Question } from "./question.ts";

/** One page of what fits, with links to the others as clients follow them: relative, no leading slash. */
export function listAnswer(
  collection: Collection,
  documents: readonly TimestampDocument[],
  question: Question,
): object {
  const { where, page, pageSize } = question;
  const found = documents.filter((document) => fits(document, where));
  const last = Math.max(1, Math.ceil(found.length / pageSize));
  const link = (title: string, to: number) => ({
    title,
    href: `${collection}${queryOf(question, to)}`,
  });
  return {
    _items: found.slice((page - 1) * pageSize, page * pageSize),
    _links: {
      parent: { title: "home", href: "/" },
      self: link(collection, page),
      ...(page < last && { next: link("next page", page + 1), last: link("last page", last) }),
      ...(page > 1 && { prev: link("previous page", page - 1) }),
    },
    _meta: { page, max_results: pageSize, total: found.length },
  };
}

function queryOf({ whereText, pageSize }: Question, page: number): string {
  const query = new URLSearchParams();
  if (whereText !== undefined) query.set("where", whereText);
  query.set("max_results", String(pageSize));
  query.set("page", String(page));
  return `?${query.toString()}`;
}
