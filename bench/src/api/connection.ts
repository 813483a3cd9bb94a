import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Of an answer no more is read than where it ends: what a client makes of it is not measured. */
export class Connection {
  readonly #socket: Socket;
  readonly #head: string;
  #received: Buffer[] = [];
  #length = 0;
  /** Of head and body together, once the head is there. */
  #wanted: number | undefined;
  #answered: PromiseWithResolvers<string> | undefined;

  static async open(port: number): Promise<Connection> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await once(socket, "connect");
    return new Connection(socket, port);
  }

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#head = `Host: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n`;
    socket.on("data", (part: Buffer) => this.#take(part));
    socket.on("error", (error) => this.#answered?.reject(error));
    socket.on("close", () => this.#answered?.reject(new Error("the connection was closed")));
  }

  /** Milliseconds from the request being sent to the last byte of its answer, which must be good. */
  async ask(method: string, path: string, body = ""): Promise<number> {
    const content =
      body === "" ? "" : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    if (this.#socket.destroyed) throw new Error("the connection was closed");
    this.#answered = Promise.withResolvers();
    const sentAtMs = performance.now();
    this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#head}${content}\r\n${body}`);
    const head = await this.#answered.promise;
    const passedMs = performance.now() - sentAtMs;
    if (!head.startsWith("HTTP/1.1 200 ")) throw new Error(`${method} ${path}: ${head}`);
    return passedMs;
  }

  close(): void {
    this.#answered = undefined;
    this.#socket.destroy();
  }

  #take(part: Buffer): void {
    this.#received.push(part);
    this.#length += part.length;
    this.#wanted ??= wantedOf(this.#received);
    if (this.#wanted === undefined || this.#length < this.#wanted) return;
    const head = String(this.#received[0]).slice(0, 300);
    this.#received = [];
    this.#length = 0;
    this.#wanted = undefined;
    this.#answered?.resolve(head);
  }
}

function wantedOf(received: readonly Buffer[]): number | undefined {
  const [first] = received;
  const text = (received.length === 1 ? first : Buffer.concat(received))?.toString("latin1") ?? "";
  const end = text.indexOf("\r\n\r\n");
  const length = /^content-length: (\d+)/im.exec(text)?.[1];
  return end < 0 || length === undefined ? undefined : end + 4 + Number(length);
}
