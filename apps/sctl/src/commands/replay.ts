import type { Replay, ReplayQuestion, ReplaySide } from "@sc/contracts";
import { duration, limit, number, numberIfKnown, percent } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session } from "../session.ts";

/** With this policy, that time would have been so. */
export async function replay(
  session: Session,
  name: string,
  question: ReplayQuestion,
): Promise<void> {
  await print(session, await session.api.replay(name, question), describe);
}

function describe(answer: Replay): string {
  const { structure, resource, policy, brakes, min, max, coverage, stepSeconds, notes } = answer;
  const asked = duration(answer.to - answer.from);
  const rule = `${resource} from ${limit(min)} to ${limit(max)}, brakes ${brakes}`;
  const known = `${duration(coverage.seconds)} of ${asked} known (${percent(coverage.ratio)})`;
  return [
    `${structure} under ${policy}, ${rule}; ${known}, in steps of ${stepSeconds} s`,
    "",
    table(rowsOf(answer), columns),
    "",
    ...notes.map((note) => `- ${note}`),
  ].join("\n");
}

interface Row {
  readonly title: string;
  readonly was: string;
  readonly wouldHaveBeen: string;
}

const columns: readonly Column<Row>[] = [
  { title: "", text: ({ title }) => title },
  { title: "WAS", text: ({ was }) => was, isNumber: true },
  { title: "WOULD HAVE BEEN", text: (row) => row.wouldHaveBeen, isNumber: true },
];

const units = { cpu: "core-seconds", mem: "MiB-seconds" } as const;
const limitUnits = { cpu: "shares", mem: "MiB" } as const;

function rowsOf({ resource, was, wouldHaveBeen }: Replay): readonly Row[] {
  const row = (title: string, text: (side: ReplaySide) => string): Row => ({
    title,
    was: text(was),
    wouldHaveBeen: text(wouldHaveBeen),
  });
  return [
    row(`used (${units[resource]})`, ({ used }) => numberIfKnown(used)),
    row(`allocated (${units[resource]})`, ({ allocated }) => numberIfKnown(allocated)),
    row("utilization", ({ utilization }) => percent(utilization)),
    row(`mean limit (${limitUnits[resource]})`, ({ meanLimit }) => limitOf(meanLimit)),
    row(`peak limit (${limitUnits[resource]})`, ({ peakLimit }) => limitOf(peakLimit)),
    row("changes a minute", ({ changesPerMinute }) => fine(changesPerMinute)),
    ...(resource === "mem"
      ? [row("kills", ({ kills }) => numberIfKnown(kills))]
      : [
          row("throttled", ({ throttledRatio }) => percent(throttledRatio)),
          row("p99 backlog (ms)", ({ p99BacklogMs }) => numberIfKnown(p99BacklogMs)),
        ]),
  ];
}

const limitOf = (value: number | null | undefined): string =>
  typeof value === "number" ? numberIfKnown(value) : limit(value);

const fine = (value: number | undefined): string => (value === undefined ? "-" : number(value));
