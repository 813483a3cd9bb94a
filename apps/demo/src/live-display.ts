/** What is shown of one container. */
export interface Shown {
  readonly name: string;
  /** What its workload does now. */
  readonly phase: string;
  readonly usedShares: number | undefined;
  readonly limitShares: number | undefined;
  readonly maxShares: number;
  readonly lastReason: string | undefined;
}

/** Where the demo tells what it does. */
export interface LiveDisplay {
  /** One line that stays. */
  say(line: string): void;
  /** The picture of the moment. */
  show(containers: readonly Shown[]): void;
}

/** A stream of a terminal, or of a file. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export const makeLiveDisplay = (output: Output, nowSeconds: () => number): LiveDisplay =>
  output.isTTY === true ? pictureOn(output) : linesOn(output, nowSeconds);

/** A picture that is drawn over the one before. */
function pictureOn(output: Output): LiveDisplay {
  let drawnLines = 0;
  const wipe = (): void => {
    if (drawnLines > 0) output.write(`\x1b[${drawnLines}A\x1b[J`);
    drawnLines = 0;
  };
  return {
    say: (line) => {
      wipe();
      output.write(`${line}\n`);
    },
    show: (containers) => {
      wipe();
      const columns = output.columns ?? 80;
      const lines = containers.flatMap(drawContainer).map((line) => line.slice(0, columns - 1));
      output.write(`${lines.join("\n")}\n`);
      drawnLines = lines.length;
    },
  };
}

/** One line per container now and then: what a log can hold. */
function linesOn(output: Output, nowSeconds: () => number): LiveDisplay {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    say: (line) => void output.write(`${line}\n`),
    show: (containers) => {
      if (nowSeconds() - shownAt < secondsBetweenLines) return;
      shownAt = nowSeconds();
      for (const container of containers) output.write(`${describeContainer(container)}\n`);
    },
  };
}

const secondsBetweenLines = 2;
const barWidth = 40;

/** Two lines: the bar from 0 to max with `|` at the limit, and the last reason. */
export function drawContainer(shown: Shown): readonly string[] {
  const { usedShares, limitShares, maxShares } = shown;
  const place = (shares: number): number =>
    Math.min(barWidth, Math.round((shares / maxShares) * barWidth));
  const filled = place(usedShares ?? 0);
  const bar = ["█".repeat(filled), " ".repeat(barWidth - filled)].join("");
  const limit = place(limitShares ?? maxShares);
  // The marker has a place of its own, so that a full bar does not hide it.
  const marked = `${bar.slice(0, limit)}|${bar.slice(limit)}`;
  return [
    `${shown.name}  [${marked}]  ${figures(shown)}  ${shown.phase}`,
    `${" ".repeat(shown.name.length)}   ${shown.lastReason ?? ""}`,
  ];
}

export const describeContainer = (shown: Shown): string =>
  `${shown.name}  ${shown.phase}: ${figures(shown)}${
    shown.lastReason === undefined ? "" : ` (${shown.lastReason})`
  }`;

const figures = ({ usedShares, limitShares, maxShares }: Shown): string =>
  `used ${sharesText(usedShares)} of ${sharesText(limitShares)} (max ${sharesText(maxShares)})`;

const sharesText = (shares: number | undefined): string =>
  shares === undefined ? "?" : String(Math.round(shares));
