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
export type Answer = string | Buffer;
