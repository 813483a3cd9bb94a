/** What one look found. */
export interface Finding {
  readonly check: string;
  /** `problem`: something does not work; `warning`: something is worse than it could be. */
  readonly status: "ok" | "warning" | "problem";
  readonly text: string;
  readonly nextStep?: string | undefined;
}

export const ok = (check: string, text: string): Finding => ({ check, status: "ok", text });

interface Found {
  readonly text: string;
  readonly nextStep: string;
}

export const warning = (check: string, found: Found): Finding => ({
  check,
  status: "warning",
  ...found,
});

export const problem = (check: string, found: Found): Finding => ({
  check,
  status: "problem",
  ...found,
});
