import type { HistoryQuestion } from "@sc/api-client";
import type { Change, Event, Request } from "@sc/contracts";
import { age, limit, number, numberIfKnown } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session } from "../session.ts";

export async function events(session: Session, question: HistoryQuestion): Promise<void> {
  await show(session, await session.api.events(question), (now) => [
    ...leading<Event>(now),
    {
      title: "EVENT",
      text: ({ direction }) => (direction === "up" ? "above upper" : "below lower"),
    },
    { title: "USED", text: ({ used }) => numberIfKnown(used), isNumber: true },
    { title: "THRESHOLD", text: ({ threshold }) => number(threshold), isNumber: true },
    { title: "RULE", text: ({ rule }) => rule },
  ]);
}

export async function requests(session: Session, question: HistoryQuestion): Promise<void> {
  await show(session, await session.api.requests(question), (now) => [
    ...leading<Request>(now),
    { title: "FROM", text: ({ from }) => number(from), isNumber: true },
    { title: "AMOUNT", text: ({ amount }) => signed(amount), isNumber: true },
    { title: "REASON", text: ({ reason }) => reason.text },
    { title: "HELD", text: heldOf },
  ]);
}

export async function changes(session: Session, question: HistoryQuestion): Promise<void> {
  await show(session, await session.api.changes(question), (now) => [
    ...leading<Change>(now),
    { title: "OLD", text: (change) => limit(change.old), isNumber: true },
    { title: "NEW", text: (change) => limit(change.new), isNumber: true },
    { title: "OUTCOME", text: ({ outcome }) => outcome },
    { title: "AUTHOR", text: ({ author }) => author },
    {
      title: "REASON",
      text: ({ reason, detail }) =>
        detail === undefined ? reason.text : `${reason.text}; ${detail.text}`,
    },
  ]);
}

interface Happening {
  readonly stamp: number;
  readonly structure: string;
  readonly resource: string;
}

const leading = <Row extends Happening>(now: number): readonly Column<Row>[] => [
  { title: "WHEN", text: ({ stamp }) => age(stamp, now) },
  { title: "NAME", text: ({ structure }) => structure },
  { title: "RESOURCE", text: ({ resource }) => resource },
];

const signed = (amount: number): string => (amount > 0 ? `+${number(amount)}` : number(amount));

function heldOf({ held, isRecommendation }: Request): string {
  if (held !== undefined) return held.text;
  return isRecommendation ? "recommendation only" : "-";
}

const show = <Row>(
  session: Session,
  rows: readonly Row[],
  columns: (now: number) => readonly Column<Row>[],
): Promise<void> =>
  print(session, rows, () =>
    rows.length === 0 ? "nothing yet" : table(rows, columns(session.terminal.now())),
  );
