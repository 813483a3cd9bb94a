import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly type: string;
  /** As it came. */
  readonly text: string;
  /** What is in JSON; empty for everything else. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type Target = { readonly socketPath: string } | { readonly port: number };

/** One request over a real socket, with no client between that could mend it. */
export function call(
  target: Target,
  { method = "GET", path, headers, body }: Call,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
  const outgoing = request(
    {
      ...target,
      ...("port" in target && { host: "127.0.0.1" }),
      method,
      path,
      agent: false,
      headers: {
        ...(text !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        }),
        ...headers,
      },
    },
    (incoming) => {
      const parts: Buffer[] = [];
      incoming.on("data", (part: Buffer) => parts.push(part));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(parts).toString();
        const { headers, statusCode = 0 } = incoming;
        const type = headers["content-type"] ?? "";
        const body = type.includes("json") && text !== "" ? JSON.parse(text) : {};
        resolve({ status: statusCode, headers, type, text, body });
      });
    },
  );
  outgoing.on("error", reject);
  outgoing.end(text);
  return promise;
}
