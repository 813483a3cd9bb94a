import type { Health } from "@sc/contracts";
import { nextStepFor } from "../next-steps.ts";
import { duration } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { pairs } from "../output/table.ts";
import type { Session } from "../session.ts";

export const health = async (session: Session): Promise<void> =>
  print(session, await session.api.health(), describeHealth);

function describeHealth(data: Health): string {
  const facts = pairs([
    ["status", data.isPaused ? `${data.status}, everything is paused` : data.status],
    ["host", data.host],
    ["up", duration(data.uptimeSeconds)],
    ["containers", `${data.containers}, ${data.inAuto} of them in auto`],
    ...data.services.map(
      ({ name, status, lastError }) =>
        [name, lastError === undefined ? status : `${status}: ${lastError}`] as const,
    ),
  ]);
  const problems = data.problems.map(
    ({ code, text, structure, nextStep }) =>
      `${code}: ${structure === undefined ? "" : `${structure}: `}${text}; ${nextStep ?? nextStepFor(code)}`,
  );
  return [facts, ...(problems.length === 0 ? [] : ["", ...problems])].join("\n");
}
