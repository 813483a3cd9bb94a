import { readFileSync } from "node:fs";
import { figureRows, settingPairs } from "../run/describe-run.ts";
import type { RunChange, RunReport } from "../run/run-report.ts";
import { element, embedded, escaped, markupTable } from "./markup.ts";
import { facts, page } from "./page.ts";

/** More would make a page that no browser likes; the table says how many there were. */
const mostChangesListed = 2000;
/** A longer list is opened by who wants to read it. */
const mostChangesOpen = 50;

interface Curve {
  readonly name: string;
  /** The classes it is drawn in. */
  readonly mark: string;
  readonly isArea?: boolean;
  readonly values: readonly (number | null)[];
}

interface Panel {
  readonly heading: string;
  readonly unit: string;
  readonly stepSeconds: number;
  readonly curves: readonly Curve[];
  readonly events: readonly {
    readonly at: number;
    readonly kind: string;
    readonly words: string;
  }[];
}

/** A run as a page: what it used and was allowed over time, closer where one likes, and its figures. */
export function runPage(report: RunReport): string {
  const panels = panelsOf(report);
  const title = `${report.policy} on ${report.source}`;
  return page(title, [
    facts(settingPairs(report)),
    facts(figureRows(report.figures).map(({ name, value }) => [name, value])),
    tools,
    ...panels.map(panelMarkup),
    changesTable(report.changes),
    embedded("plots", { panels: panels.map(drawnOf), endSeconds: report.seconds }),
    `<script type="module">${plotScript()}</script>`,
  ]);
}

function panelsOf({ curves, changes }: RunReport): readonly Panel[] {
  const { stepSeconds, used, limit, upper, lower, backlogMs } = curves;
  const events = changes.map((change) => ({
    at: change.atSeconds,
    kind: isGrow(change) ? "grow" : "shrink",
    words: `${limitText(change.from)} → ${limitText(change.to)} shares, ${change.text}`,
  }));
  const thresholds: readonly Curve[] = [
    { name: "upper", mark: "threshold", values: upper },
    { name: "lower", mark: "threshold lower", values: lower },
  ];
  return [
    {
      heading: "CPU",
      unit: "shares",
      stepSeconds,
      events,
      curves: [
        { name: "used", mark: "used", isArea: true, values: used },
        { name: "limit", mark: "limit", values: limit },
        ...thresholds.filter(({ values }) => values.some((value) => value !== null)),
      ],
    },
    {
      heading: "Backlog",
      unit: "ms",
      stepSeconds,
      events: [],
      curves: [{ name: "backlog", mark: "backlog", isArea: true, values: backlogMs }],
    },
  ];
}

/** No limit is the most there is. */
const isGrow = ({ from, to }: RunChange): boolean =>
  (to ?? Number.POSITIVE_INFINITY) > (from ?? Number.POSITIVE_INFINITY);

const tools = `<div class="tools" role="toolbar" aria-label="Stretch of time shown">
<button type="button" data-look="whole">Whole run</button>
<button type="button" data-look="closer">Closer</button>
<button type="button" data-look="wider">Wider</button>
<button type="button" data-look="back" aria-label="Earlier">←</button>
<button type="button" data-look="on" aria-label="Later">→</button>
<span class="range" id="range" aria-live="polite"></span>
<span class="range">Drag over a plot to look closer; double click for the whole run; keys + − ← → Esc.</span>
</div>
<noscript><p>The plots are drawn by a script in this page; the tables need none.</p></noscript>`;

function panelMarkup({ heading, unit, curves, events }: Panel, index: number): string {
  const marks = [
    ...curves.map(({ name, mark, isArea }) => ({
      name,
      drawn: curveSample(mark, isArea === true),
    })),
    ...(events.length === 0 ? [] : eventSamples),
  ];
  const legend = marks.map(({ name, drawn }) => `<li>${drawn}${escaped(name)}</li>`).join("");
  const label = `${heading} in ${unit} over time: ${curves.map(({ name }) => name).join(", ")}`;
  return [
    element("h2", {}, escaped(`${heading}, ${unit}`)),
    `<ul class="legend">${legend}</ul>`,
    element(
      "div",
      { class: "wide" },
      element("svg", {
        id: `plot-${index}`,
        class: "zoomed",
        viewBox: "0 0 1160 256",
        role: "img",
        tabindex: 0,
        "aria-label": label,
      }),
    ),
    element("output", { id: `told-${index}` }),
  ].join("\n");
}

const sample = (content: string): string =>
  `<svg viewBox="0 0 22 14" aria-hidden="true">${content}</svg>`;
const curveSample = (mark: string, isArea: boolean): string =>
  sample(
    (isArea ? element("path", { class: `area ${mark}`, d: "M0 5h22v9h-22z" }) : "") +
      element("path", { class: `curve ${mark}`, d: "M0 5h22" }),
  );
const eventSamples = [
  { name: "limit grows", drawn: sample('<path class="event grow" d="M6 11h10l-5 -8z"/>') },
  { name: "limit shrinks", drawn: sample('<path class="event shrink" d="M6 4h10l-5 8z"/>') },
];

function changesTable(changes: readonly RunChange[]): string {
  const rows = changes
    .slice(0, mostChangesListed)
    .map(({ atSeconds, from, to, code, text }) => [
      Number(atSeconds.toFixed(3)),
      from === null ? "no limit" : Number(from.toFixed(2)),
      to === null ? "no limit" : Number(to.toFixed(2)),
      code,
      text,
    ]);
  const left = changes.length - rows.length;
  const caption =
    `Every change and its reason: ${changes.length}` +
    (left > 0 ? `, of which the last ${left} are left out here` : "");
  const header = ["at second", "from shares", "to shares", "code", "reason"];
  const isOpen = rows.length <= mostChangesOpen ? " open" : "";
  const table = markupTable({ caption, header, rows });
  return `<h2>Changes</h2><details${isOpen}><summary>${changes.length} changes</summary>${table}</details>`;
}

const limitText = (shares: number | null): string =>
  shares === null ? "no limit" : String(Number(shares.toFixed(2)));

/** Enough digits for a plot; a run of hours has tens of thousands of steps. */
function drawnOf(panel: Panel): Panel {
  const curves = panel.curves.map((curve) => ({
    ...curve,
    values: curve.values.map((value) => (value === null ? null : Number(value.toPrecision(4)))),
  }));
  return { ...panel, curves };
}

const plotScript = (): string =>
  readFileSync(new URL("time-plot.browser.js", import.meta.url), "utf8");
