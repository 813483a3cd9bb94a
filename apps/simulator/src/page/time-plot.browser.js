/*
 * Runs in the page: draws the panels of a run as SVG, all over the same stretch of time, and lets one
 * look closer by dragging, by buttons or by keys. What it draws stands in the page as JSON.
 */
const document = globalThis.document;
const { panels, endSeconds } = JSON.parse(document.getElementById("plots").textContent);

const paper = { width: 1160, height: 256, left: 62, right: 1128, top: 12, bottom: 212 };
const strip = { grow: paper.bottom + 32, shrink: paper.bottom + 40 };
const leastSeconds = 1;
const usualShare = 0.99;
const leastShown = 0.8;
const range = { from: 0, to: endSeconds };

const make = (name, attributes, content = "") => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = content;
  return made;
};
const xOf = (seconds) =>
  paper.left + ((seconds - range.from) / (range.to - range.from)) * (paper.right - paper.left);
const secondsOf = (x) =>
  range.from + ((x - paper.left) / (paper.right - paper.left)) * (range.to - range.from);

const two = (number) => String(Math.floor(number)).padStart(2, "0");
function clock(exactSeconds) {
  const isClose = range.to - range.from < 30;
  // Rounded first: 5.9999 is 6, not 5 and ten tenths.
  const tenths = isClose ? Math.round(exactSeconds * 10) : Math.floor(exactSeconds + 1e-6) * 10;
  const seconds = Math.floor(tenths / 10);
  const whole = `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return isClose ? `${whole}.${tenths % 10}` : whole;
}

const roundSteps = [1, 2, 5, 10];
const timeSteps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400,
];

function ticksUpTo(most) {
  const shown = Math.max(most, 1e-3);
  const magnitude = 10 ** Math.floor(Math.log10(shown / 4));
  const step = roundSteps.find((each) => each * magnitude >= shown / 4) * magnitude;
  return Array.from({ length: Math.ceil(shown / step - 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
}

function timeTicks() {
  const wanted = (range.to - range.from) / 8;
  const step = timeSteps.find((each) => each >= wanted) ?? 28800;
  const first = Math.ceil(range.from / step);
  const count = Math.floor(range.to / step) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** The steps that lie in each column of the paper: their least and their most, so no peak is lost. */
function columnsOf({ values }, stepSeconds) {
  const first = Math.max(0, Math.floor(range.from / stepSeconds));
  const last = Math.min(values.length, Math.ceil(range.to / stepSeconds) + 1);
  const perColumn = Math.max(1, Math.floor((last - first) / (paper.right - paper.left)));
  const columns = [];
  for (let start = first; start < last; start += perColumn) {
    const known = values
      .slice(start, Math.min(start + perColumn, last))
      .filter((each) => each !== null);
    columns.push({
      from: start * stepSeconds,
      to: Math.min(start + perColumn, last) * stepSeconds,
      least: known.length > 0 ? Math.min(...known) : null,
      mean: known.length > 0 ? known.reduce((sum, each) => sum + each, 0) / known.length : null,
      most: known.length > 0 ? Math.max(...known) : null,
    });
  }
  return columns;
}

/** Level over each step; a column of many steps is a stroke from its least to its most. */
function pathOf(columns, yOf) {
  let isDown = false;
  let path = "";
  for (const { from, to, least, most } of columns) {
    if (most === null) {
      isDown = false;
      continue;
    }
    const [low, high] = [yOf(least).toFixed(1), yOf(most).toFixed(1)];
    path += `${isDown ? "L" : "M"}${xOf(from).toFixed(1)} ${high}`;
    path += `${low === high ? "" : `V${low}V${high}`}H${xOf(to).toFixed(1)}`;
    isDown = true;
  }
  return path;
}

const meanOf = (column) => ({ ...column, least: column.mean, most: column.mean });

/** The boxes between two levels of each column. */
function boxesOf(columns, lowOf, highOf) {
  return columns
    .filter(({ most }) => most !== null)
    .map((column) => {
      const [x, next] = [xOf(column.from).toFixed(1), xOf(column.to).toFixed(1)];
      const [low, high] = [lowOf(column).toFixed(1), highOf(column).toFixed(1)];
      return `M${x} ${low}V${high}H${next}V${low}Z`;
    })
    .join("");
}

/** What is used goes up and down all the time: from far its mean is a line, what it covers a band. */
function drawArea(inside, { mark }, columns, yOf) {
  const mean = ({ mean: value }) => yOf(value);
  const parts = [
    ["area", boxesOf(columns, () => paper.bottom, mean)],
    [
      "area band",
      boxesOf(
        columns,
        ({ least }) => yOf(least),
        ({ most }) => yOf(most),
      ),
    ],
    ["curve", pathOf(columns.map(meanOf), yOf)],
  ];
  for (const [name, d] of parts) inside.append(make("path", { class: `${name} ${mark}`, d }));
}

function drawAxes(svg, ticks, yOf) {
  for (const value of ticks) {
    const y = yOf(value).toFixed(1);
    svg.append(
      make("path", {
        class: value === 0 ? "axis" : "grid",
        d: `M${paper.left} ${y}H${paper.right}`,
      }),
      make("text", { x: paper.left - 8, y: Number(y) + 4, "text-anchor": "end" }, String(value)),
    );
  }
  for (const seconds of timeTicks()) {
    const x = xOf(seconds).toFixed(1);
    svg.append(
      make("path", { class: "grid", d: `M${x} ${paper.top}V${paper.bottom}` }),
      make("text", { x, y: paper.bottom + 18, "text-anchor": "middle" }, clock(seconds)),
    );
  }
}

/** One triangle for each place on the paper, however many changes fall there. */
function drawEvents(svg, events) {
  const places = new Map();
  for (const event of events) {
    if (event.at < range.from || event.at > range.to) continue;
    const place = `${event.kind} ${Math.round(xOf(event.at) / 3)}`;
    places.set(place, [...(places.get(place) ?? []), event]);
  }
  for (const [{ at, kind, words }, ...others] of places.values()) {
    const [x, y] = [xOf(at), strip[kind]];
    const d = kind === "grow" ? `M${x - 4} ${y}h8l-4 -7z` : `M${x - 4} ${y - 6}h8l-4 7z`;
    const mark = make("path", { class: `event ${kind}`, d });
    const more = others.length > 0 ? `, and ${others.length} more` : "";
    mark.append(make("title", {}, `${clock(at)}: ${words}${more}`));
    svg.append(mark);
  }
}

/**
 * The most that the plot must hold: all of what is used, but of a limit not what it was for a moment
 * only, as at the begin, which would press all else flat. Where that was, it goes through the frame.
 */
function mostOf({ curve, columns }) {
  const most = columns.map((each) => each.most ?? 0).toSorted((a, b) => a - b);
  return most.at(curve.isArea ? -1 : Math.floor((most.length - 1) * usualShare)) ?? 0;
}

function drawPanel(panel) {
  const { svg, curves, stepSeconds, events } = panel;
  const drawn = curves.map((curve) => ({ curve, columns: columnsOf(curve, stepSeconds) }));
  const ticks = ticksUpTo(Math.max(leastShown, ...drawn.map(mostOf)) * 1.03);
  const yOf = (value) => paper.bottom - (value / ticks.at(-1)) * (paper.bottom - paper.top);
  svg.replaceChildren();
  drawAxes(svg, ticks, yOf);
  const clip = make("clipPath", { id: `${svg.id}-frame` });
  clip.append(
    make("rect", {
      x: paper.left,
      y: paper.top,
      width: paper.right - paper.left,
      height: paper.height,
    }),
  );
  const inside = make("g", { "clip-path": `url(#${svg.id}-frame)` });
  svg.append(clip, inside);
  for (const { curve, columns } of drawn) {
    if (curve.isArea) drawArea(inside, curve, columns, yOf);
    else inside.append(make("path", { class: `curve ${curve.mark}`, d: pathOf(columns, yOf) }));
  }
  drawEvents(inside, events);
}

function draw() {
  for (const panel of panels) drawPanel(panel);
  document.getElementById("range").textContent = `${clock(range.from)} – ${clock(range.to)}`;
}

function show(from, to) {
  const seconds = Math.min(endSeconds, Math.max(leastSeconds, to - from));
  range.from = Math.min(Math.max(0, from), endSeconds - seconds);
  range.to = range.from + seconds;
  draw();
}

const looks = {
  whole: () => show(0, endSeconds),
  closer: () => zoom(0.5),
  wider: () => zoom(2),
  back: () => move(-0.5),
  on: () => move(0.5),
};
function zoom(times) {
  const middle = (range.from + range.to) / 2;
  const half = ((range.to - range.from) / 2) * times;
  show(middle - half, middle + half);
}
function move(lengths) {
  const by = (range.to - range.from) * lengths;
  show(range.from + by, range.to + by);
}
const keys = { "+": "closer", "-": "wider", ArrowLeft: "back", ArrowRight: "on", Escape: "whole" };

/** What the curves say where the pointer is. */
function tell(panel, seconds) {
  const step = Math.floor(seconds / panel.stepSeconds);
  const values = panel.curves.map(({ name, values: all }) => `${name} ${all[step] ?? "–"}`);
  const change = panel.events.findLast(({ at }) => at <= seconds);
  const last = change === undefined ? "" : ` · since ${clock(change.at)}: ${change.words}`;
  panel.output.textContent = `${clock(seconds)} · ${values.join(", ")} ${panel.unit}${last}`;
}

function watchPointer(panel) {
  const { svg } = panel;
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * paper.width;
    return Math.min(Math.max(x, paper.left), paper.right);
  };
  const selection = make("rect", {
    class: "selection",
    y: paper.top,
    height: paper.bottom - paper.top,
  });
  const cursor = make("path", { class: "cursor" });
  let began;
  svg.addEventListener("pointerdown", (event) => {
    began = at(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    const x = at(event);
    tell(panel, secondsOf(x));
    cursor.setAttribute("d", `M${x} ${paper.top}V${paper.bottom}`);
    svg.append(cursor);
    if (began === undefined) return;
    selection.setAttribute("x", Math.min(began, x));
    selection.setAttribute("width", Math.abs(x - began));
    svg.append(selection);
  });
  svg.addEventListener("pointerup", (event) => {
    const ends = [secondsOf(began ?? 0), secondsOf(at(event))].toSorted((a, b) => a - b);
    const isDragged = began !== undefined && Math.abs(at(event) - began) > 4;
    began = undefined;
    selection.remove();
    if (isDragged) show(ends[0], ends[1]);
  });
  svg.addEventListener("pointercancel", () => {
    began = undefined;
    selection.remove();
  });
  svg.addEventListener("dblclick", looks.whole);
  svg.addEventListener("keydown", (event) => {
    const look = looks[keys[event.key]];
    if (look === undefined) return;
    event.preventDefault();
    look();
  });
}

for (const [index, panel] of panels.entries()) {
  panel.svg = document.getElementById(`plot-${index}`);
  panel.output = document.getElementById(`told-${index}`);
  watchPointer(panel);
}
for (const button of document.querySelectorAll("button[data-look]"))
  button.addEventListener("click", looks[button.dataset.look]);
draw();
