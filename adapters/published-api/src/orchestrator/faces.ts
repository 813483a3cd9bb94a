import type { Result } from "@sc/domain";
import type { ApiProblem, Catalogue } from "@sc/ports";
import type { PublishedDocument } from "../translate/published-document.ts";

/** What the published routes are a face of. */
export interface PublishedFaces {
  readonly catalogue: Catalogue;
  readonly rules: PublishedRules;
  readonly services: PublishedServices;
}

type Outcome = Promise<Result<unknown, ApiProblem>>;

/** Rules in the published shape; what is refused, and a rule that is not there, is a problem. */
export interface PublishedRules {
  list(): readonly PublishedDocument[];
  find(name: string): Result<PublishedDocument, ApiProblem>;
  setActive(name: string, isActive: boolean): Outcome;
  setAmount(name: string, amount: number): Outcome;
  setPolicy(name: string, policy: string): Outcome;
  /** Only the side that is named changes, and what is taken from the count with it when it fires. */
  setEventsRequired(name: string, direction: "up" | "down", count: number): Outcome;
}

export interface PublishedServices {
  list(): readonly PublishedDocument[];
  find(name: string): Result<PublishedDocument, ApiProblem>;
  /** All keys (`WINDOW_TIMELAPSE`) or none; values as they were sent. */
  setKeys(name: string, values: ReadonlyMap<string, unknown>): Outcome;
}
