import { Agent, request } from "node:http";
import { postedBatches } from "./posted-batches.ts";

/*
 * Posts as fast as it is answered, over a few connections that stay open, and tells when it is done. What
 * it posts is packed before it begins.
 */
export interface SenderTask {
  readonly port: number;
  readonly batches: number;
  readonly from: number;
  readonly connections: number;
}

export interface SenderReport {
  readonly seconds: number;
  readonly refused: number;
}

process.once("message", (task: SenderTask) => void send(task));

async function send({ port, batches, from, connections }: SenderTask): Promise<void> {
  const bodies = postedBatches(batches, from);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  let refused = 0;
  const lane = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const status = await post(body, { agent, port });
      if (status !== 204) refused += 1;
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: connections }, lane));
  const report: SenderReport = { seconds: (performance.now() - begin) / 1000, refused };
  process.send?.(report);
  process.disconnect();
  agent.destroy();
}

function post(
  body: Buffer,
  { agent, port }: { readonly agent: Agent; readonly port: number },
): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = {
    "content-type": "application/json",
    "content-encoding": "gzip",
    "content-length": body.length,
  };
  const options = { agent, headers, host: "127.0.0.1", method: "POST", path: "/api/put", port };
  const sent = request(options, (answer) => {
    answer.resume();
    answer.once("end", () => resolve(answer.statusCode));
  });
  sent.once("error", reject);
  sent.end(body);
  return promise;
}
