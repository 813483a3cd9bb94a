import { print } from "../output/print.ts";
import type { Session } from "../session.ts";
import { type Selection, selected } from "./selection.ts";

export async function setPaused(
  session: Session,
  selection: Selection,
  isPaused: boolean,
): Promise<void> {
  const name = selected(selection);
  const outcome = isPaused ? await session.api.pause(name) : await session.api.resume(name);
  await print(session, outcome, () => {
    const what = name ?? `everything (${outcome.structures.length} containers)`;
    return isPaused
      ? `${what} is paused: no limit is changed until it is resumed`
      : `${what} is resumed`;
  });
  for (const warning of outcome.warnings) session.terminal.note(`warning: ${warning}`);
}
