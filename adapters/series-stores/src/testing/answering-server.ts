import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

export interface AskedOf {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Unpacked. */
  readonly text: string;
}

type Answer = (asked: AskedOf, response: ServerResponse) => void;

/** A server on loopback that says what it is told to say. */
export class AnsweringServer implements AsyncDisposable {
  readonly asked: AskedOf[] = [];
  answer: Answer;
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  private constructor(answer: Answer) {
    this.answer = answer;
  }

  static async start(answer: Answer): Promise<AnsweringServer> {
    const server = new AnsweringServer(answer);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const isPacked = request.headers["content-encoding"] === "gzip";
    const asked = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      text: (isPacked ? gunzipSync(body) : body).toString("utf8"),
    };
    this.asked.push(asked);
    this.answer(asked, response);
  }
}

export const saying =
  (status: number, text = "", headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(text);
