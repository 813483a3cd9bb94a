import { request } from "node:http";

/** What one scrape says: values by the sample's name with its labels, as it stands there. */
export class Scrape {
  readonly #values = new Map<string, number>();

  constructor(text: string) {
    for (const line of text.split("\n")) {
      if (line === "" || line.startsWith("#")) continue;
      const end = line.lastIndexOf(" ");
      this.#values.set(line.slice(0, end), Number(line.slice(end + 1)));
    }
  }

  /** Of a metric: each value, by the text of its labels. */
  of(metric: string): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const [name, value] of this.#values) {
      if (name === metric) found.set("", value);
      else if (name.startsWith(`${metric}{`)) found.set(name.slice(metric.length), value);
    }
    return found;
  }

  /** Of a metric, all values together; 0 where there is none. */
  sum(metric: string): number {
    return [...this.of(metric).values()].reduce((total, value) => total + value, 0);
  }
}

/** Throws when the server does not answer. */
export function scrape(socketPath: string): Promise<Scrape> {
  const { promise, resolve, reject } = Promise.withResolvers<Scrape>();
  const signal = AbortSignal.timeout(10_000);
  const outgoing = request({ socketPath, path: "/metrics", agent: false, signal }, (incoming) => {
    let text = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (part: string) => {
      text += part;
    });
    incoming.on("error", reject);
    incoming.on("end", () => resolve(new Scrape(text)));
  });
  outgoing.on("error", reject);
  outgoing.end();
  return promise;
}
