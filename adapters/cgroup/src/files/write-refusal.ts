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

/** What an errno of a write means: a vanished group is a normal answer, the rest are refusals. */
export function writeFailureOf(
  errno: string,
  what: { readonly file: string; readonly value: string },
): WriteFailure {
  if (errno === "ENODEV" || errno === "ENOENT") return { kind: "gone" };
  const code = refusalCodes[errno] ?? "io";
  return {
    kind: "refused",
    refusal: { code, text: `the kernel refused ${what.value} in ${what.file} (${errno})` },
  };
}

export const errnoOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EIO";
