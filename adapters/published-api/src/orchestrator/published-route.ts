import { sortedJson } from "../translate/sorted-json.ts";
import type { PublishedFaces } from "./faces.ts";

/** A route as the published framework documents it. */
export interface PublishedRoute {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** `/structure/<name>/limits`. */
  readonly path: string;
  /** Only then is a body looked at; it must be JSON. */
  readonly hasBody?: true;
  answer(question: Question, faces: PublishedFaces): Answer | Promise<Answer>;
}

export interface Question {
  /** Of the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whatever JSON was sent; `undefined` where the route has none. */
  readonly body: unknown;
}

/** Sent as it is. */
type Answer = string | Buffer;

type Ask = (question: Question, faces: PublishedFaces) => unknown;

/** Answers with what is returned, as JSON. */
export const reading = (path: string, read: Ask): PublishedRoute => ({
  method: "GET",
  path,
  answer: async (question, faces) => `${sortedJson(await read(question, faces))}\n`,
});

/** Answers with JSON that is written already. */
export const readingText = (
  path: string,
  read: (question: Question, faces: PublishedFaces) => Answer,
): PublishedRoute => ({ method: "GET", path, answer: read });

/** Every change answers the number 201: as a body, and not as the status. */
const done = "201\n";

interface Changing {
  readonly method?: "POST" | "DELETE";
  readonly hasBody?: true;
}

export const changing = (path: string, change: Ask, rest: Changing = {}): PublishedRoute => ({
  method: "PUT",
  path,
  ...rest,
  answer: async (question, faces) => {
    await change(question, faces);
    return done;
  },
});
