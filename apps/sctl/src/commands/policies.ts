import type { PolicyList, Resource } from "@sc/contracts";
import { CommandFailed } from "../errors.ts";
import type { OutputFormat } from "../output/output-format.ts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session, Terminal } from "../session.ts";

/** What can be chosen to decide, with `set NAME --resource … --policy …`. */
export async function policies(session: Session): Promise<void> {
  await print(session, await session.api.policies(), (list) => table(list, columns));
}

const columns: readonly Column<PolicyList["policies"][number]>[] = [
  { title: "POLICY", text: ({ name }) => name },
  { title: "RESOURCE", text: ({ resource }) => resource },
  { title: "DEFAULT", text: ({ isDefault }) => (isDefault ? "yes" : "no") },
];

export interface CheckPoliciesOptions {
  readonly terminal: Terminal;
  readonly format: OutputFormat;
  readonly file: string;
  readonly resources: readonly Resource[];
  /** How the server's package tries a module; tests give another. */
  readonly check: (file: string, resources: readonly Resource[]) => Promise<readonly PolicyCheck[]>;
}

interface PolicyCheck {
  readonly check: string;
  readonly resource: Resource | undefined;
  readonly fault?: string;
}

/** Whether a policy of one's own keeps what every policy must. */
export async function checkPolicies(options: CheckPoliciesOptions): Promise<void> {
  const { check, file, resources, ...output } = options;
  const found = await check(file, resources);
  await print(output, found, (checks) => table(checks, checkColumns));
  const faults = found.filter(({ fault }) => fault !== undefined).length;
  if (faults === 0) return;
  const count = faults === 1 ? "1 of them" : `${faults} of them`;
  throw new CommandFailed("SC_PROBLEMS_FOUND", `${file} fails ${count}`);
}

const checkColumns: readonly Column<PolicyCheck>[] = [
  { title: "CHECK", text: ({ check }) => check },
  { title: "RESOURCE", text: ({ resource }) => resource ?? "-" },
  { title: "FAULT", text: ({ fault }) => fault ?? "none" },
];
