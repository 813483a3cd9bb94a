import { StoreProcess } from "./store-process.ts";

export interface VictoriaMetricsOptions {
  /** Of points with one time it keeps one, as `docs/reference/stores.md` asks for. */
  readonly keepsOne?: boolean;
}

interface ExportedRow {
  readonly metric: unknown;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

/** A real VictoriaMetrics that may be asked how many points it has. */
export class VictoriaMetrics implements AsyncDisposable {
  readonly process: StoreProcess;

  private constructor(process: StoreProcess) {
    this.process = process;
  }

  static async start({ keepsOne = true }: VictoriaMetricsOptions = {}): Promise<VictoriaMetrics> {
    const process = await StoreProcess.start({
      program: "victoria-metrics",
      healthPath: "/health",
      args: ({ folder, port }) => [
        `-storageDataPath=${folder}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        "-retentionPeriod=100y",
        "-memory.allowedBytes=64MB",
        "-loggerLevel=ERROR",
        ...(keepsOne ? ["-dedup.minScrapeInterval=1ms"] : []),
      ],
    });
    return new VictoriaMetrics(process);
  }

  get url(): string {
    return this.process.url;
  }

  /** Every value of every series, by series; what was just written too. */
  async series(): Promise<ReadonlyMap<string, readonly number[]>> {
    const rows = await this.#export('{__name__!=""}');
    return new Map(rows.map(({ metric, values }) => [JSON.stringify(metric), values]));
  }

  /** Times of one series in ms, each as often as there is a value of it. */
  async stamps(selector: string): Promise<readonly number[]> {
    return (await this.#export(selector)).flatMap(({ timestamps }) => timestamps);
  }

  async #export(selector: string): Promise<readonly ExportedRow[]> {
    await fetch(`${this.url}/internal/force_flush`);
    const question = new URL("/api/v1/export", this.url);
    question.searchParams.set("match[]", selector);
    question.searchParams.set("start", "1");
    const lines = (await (await fetch(question)).text()).split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  async stored(): Promise<{ readonly count: number; readonly sum: number }> {
    const values = [...(await this.series()).values()].flat();
    return { count: values.length, sum: values.reduce((all, value) => all + value, 0) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.process[Symbol.asyncDispose]();
  }
}
