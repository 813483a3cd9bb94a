import type { PolicyList } from "@sc/contracts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session } from "../session.ts";

/** What can be chosen to decide, with `set NAME --resource … --policy …`. */
export async function policies(session: Session): Promise<void> {
  await print(session, await session.api.policies(), (list) => table(list, columns));
}

const columns: readonly Column<PolicyList["policies"][number]>[] = [
  { title: "POLICY", text: ({ name }) => name },
  { title: "RESOURCE", text: ({ resource }) => resource },
  { title: "DEFAULT", text: ({ isDefault }) => (isDefault ? "yes" : "no") },
];
