/** Calls as clients of the published framework make them, each with what it makes of the answer. */
export class PublishedClient {
  readonly #origin: string;

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** `curl -X PUT -H 'Content-Type: application/json' -d …`: follows no redirect, shows what comes. */
  async curl(method: string, path: string, data?: unknown): Promise<RawAnswer> {
    const answer = await fetch(this.#origin + path, {
      method,
      redirect: "manual",
      headers: { "content-type": "application/json" },
      ...(data !== undefined && { body: JSON.stringify(data) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** As the web interface writes: redirects are followed, words are looked for in what went wrong. */
  async write(method: string, path: string, data?: unknown): Promise<string> {
    const answer = await fetch(this.#origin + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(data !== undefined && { body: JSON.stringify(data) }),
    });
    const text = await answer.text();
    return answer.status < 400 ? "" : `${answer.status} ${text.replace(/<[^>]*>/g, "")}`;
  }

  /** As the web interface reads and switches guards: `urllib`, which throws above 399. */
  async urlopen(path: string, method = "GET"): Promise<unknown> {
    const answer = await fetch(this.#origin + path, { method, redirect: "error" });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`HTTP Error ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}
