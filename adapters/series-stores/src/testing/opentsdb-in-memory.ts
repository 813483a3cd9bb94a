import { AnsweringServer } from "./answering-server.ts";

const word = /^[\p{L}\d\-_./]+$/u;

interface PutPoint {
  readonly metric: string;
  readonly timestamp: number;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Takes what OpenTSDB 2.4 takes at `/api/put?details`, keeps the last value of each point, refuses by point. */
export class OpentsdbInMemory implements AsyncDisposable {
  readonly points = new Map<string, number>();
  readonly server: AnsweringServer;

  private constructor(server: AnsweringServer) {
    this.server = server;
  }

  static async start(): Promise<OpentsdbInMemory> {
    const opentsdb: OpentsdbInMemory = new OpentsdbInMemory(
      await AnsweringServer.start(({ text }, response) => {
        const { status, body } = opentsdb.#put(JSON.parse(text));
        response.writeHead(status, { "content-type": "application/json" }).end(body);
      }),
    );
    return opentsdb;
  }

  #put(points: readonly PutPoint[]): { readonly status: number; readonly body: string } {
    const errors = [];
    for (const datapoint of points) {
      const { metric, timestamp, value, tags } = datapoint;
      const words = [metric, ...Object.entries(tags).flat()];
      if (words.every((each) => word.test(each)) && Number.isInteger(timestamp)) {
        this.points.set(JSON.stringify([metric, tags, timestamp]), value);
      } else errors.push({ datapoint, error: "Invalid tag value" });
    }
    const [failed, success] = [errors.length, points.length - errors.length];
    return { status: failed === 0 ? 200 : 400, body: JSON.stringify({ errors, failed, success }) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.stop();
  }
}
