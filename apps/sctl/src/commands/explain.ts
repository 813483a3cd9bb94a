import { lastChange } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { pairs } from "../output/table.ts";
import type { Session } from "../session.ts";

export async function explain(session: Session, name: string): Promise<void> {
  const explanation = await session.api.explain(name);
  const now = session.terminal.now();
  await print(session, explanation, ({ summary, resources }) => {
    const details = resources.map(({ resource, policy, decision, brakes, lastChange: change }) =>
      pairs([
        [resource, `${decision.text} (${decision.code})`],
        ["  policy", policy],
        ...brakes.map(({ code, text }) => ["  brake", `${text} (${code})`] as const),
        [
          "  last change",
          change === undefined ? "none" : `${lastChange(change, now)} by ${change.author}`,
        ],
      ]),
    );
    return [summary, "", ...details].join("\n");
  });
}
