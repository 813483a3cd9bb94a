import { UsageError } from "../errors.ts";

/** One container by name, or all by `--all`; neither is guessed. */
export interface Selection {
  readonly name: string | undefined;
  readonly isAll: boolean;
}

/** The name; `undefined` = all. */
export function selected({ name, isAll }: Selection): string | undefined {
  if (name !== undefined && isAll) throw new UsageError("give a NAME or --all, not both");
  if (name === undefined && !isAll) throw new UsageError("give a NAME, or --all");
  return name;
}
