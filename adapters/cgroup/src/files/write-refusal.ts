import type { WriteRefusal } from "@sc/ports";

const refusalCodes: Readonly<Record<string, WriteRefusal["code"]>> = {
  EINVAL: "invalid",
  EBUSY: "busy",
  EROFS: "read-only",
  EACCES: "not-permitted",
  EPERM: "not-permitted",
  ERANGE: "out-of-range",
};

export type WriteFailure =
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly refusal: WriteRefusal };

/**
 * What an errno of a write means: a vanished group is a normal answer, the rest are refusals, also
 * a single file that a group still there does not have.
 */
export function writeFailureOf(
  errno: string,
  what: { readonly file: string; readonly value: string; readonly isGone: boolean },
): WriteFailure {
  if (what.isGone && (errno === "ENODEV" || errno === "ENOENT")) return { kind: "gone" };
  const code = refusalCodes[errno] ?? "io";
  return {
    kind: "refused",
    refusal: { code, text: `the kernel refused ${what.value} in ${what.file} (${errno})` },
  };
}

/** No reading before a write: the group is gone, or the host keeps us from reading it. */
export const unreadable = (isGone: boolean): WriteFailure =>
  isGone
    ? { kind: "gone" }
    : {
        kind: "refused",
        refusal: {
          code: "io",
          text: "what the group has now cannot be read, so nothing is written",
        },
      };

export const errnoOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EIO";
