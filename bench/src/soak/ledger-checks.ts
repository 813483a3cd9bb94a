import type { ComputeResource } from "@sc/contracts";
import type { Findings } from "./findings.ts";
import type { Scrape } from "./scrape.ts";

/** A difference that is still there at so many scrapes in a row is none that is under way. */
const scrapesInRow = 3;
const words = { cpu: "cpu", mem: "memory" } as const;
const units = { cpu: "cores", mem: "bytes" } as const;
/** In cores and bytes: what rounding of all grants together may come to. */
const slack = { cpu: 0.02, mem: 1_048_576 } as const;

/** What may be granted is taken for steady when it moved by no more than this share of it. */
const steadyShare = 0.05;

interface Book {
  /** Labels of the structures in auto. */
  readonly inAuto: string;
  readonly granted: number;
  readonly grantable: number;
}

/** What the server's book says against the limits it holds, and against what the host has. */
export class LedgerChecks {
  readonly #findings: Findings;
  readonly #differing: Record<ComputeResource, number> = { cpu: 0, mem: 0 };
  readonly #last: Record<ComputeResource, Book | undefined> = { cpu: undefined, mem: undefined };

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Grants may have changed for other reasons than growth: another hand, another server. */
  beginAnew(): void {
    this.#last.cpu = undefined;
    this.#last.mem = undefined;
  }

  take(scrape: Scrape): void {
    for (const resource of ["cpu", "mem"] as const) this.#check(scrape, resource);
  }

  #check(scrape: Scrape, resource: ComputeResource): void {
    const metric = (what: string): string =>
      `sc_host_${words[resource]}_${what}_${units[resource]}`;
    const limits = limitsInAuto(scrape, resource);
    const granted = scrape.sum(metric("granted"));
    const held = [...limits.values()].reduce((total, value) => total + value, 0);
    const isSame = Math.abs(granted - held) <= slack[resource];
    this.#differing[resource] = isSame ? 0 : this.#differing[resource] + 1;
    if (this.#differing[resource] === scrapesInRow) {
      this.#findings.add(
        "ledger-differs",
        `${resource}: ${granted} granted, limits sum to ${held}`,
      );
    }
    const inAuto = [...limits.keys()].toSorted().join(" ");
    const book = { inAuto, granted, grantable: scrape.sum(metric("grantable")) };
    this.#checkCapacity(resource, book);
    this.#last[resource] = book;
  }

  /**
   * Σ grants ≤ capacity; and where it was more before anything could be done, it does not grow. What the
   * host can grant must be the same at both scrapes: it may have been more in between.
   */
  #checkCapacity(resource: ComputeResource, now: Book): void {
    const before = this.#last[resource];
    if (before === undefined || before.inAuto !== now.inAuto) return;
    const moved = Math.abs(before.grantable - now.grantable);
    if (moved > steadyShare * Math.max(before.grantable, now.grantable)) return;
    const most = Math.max(before.granted, before.grantable, now.grantable) + slack[resource];
    if (now.granted <= most) return;
    const figures = `${before.granted} granted before, ${now.granted} now, of ${now.grantable}`;
    this.#findings.add("oversold", `${resource}: ${figures}`);
  }
}

/** By the labels of their structure. */
function limitsInAuto(scrape: Scrape, resource: ComputeResource): ReadonlyMap<string, number> {
  const limits = scrape.of(`sc_structure_${words[resource]}_limit_${units[resource]}`);
  const inAuto = new Map<string, number>();
  for (const [labels, isSo] of scrape.of("sc_structure_mode")) {
    const [, structure = "", of] =
      /^\{structure="([^"]*)",resource="(\w+)",mode="auto"\}$/.exec(labels) ?? [];
    if (of !== resource || isSo !== 1) continue;
    inAuto.set(structure, limits.get(`{structure="${structure}"}`) ?? 0);
  }
  return inAuto;
}
