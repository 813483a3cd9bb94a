/**
 * One question to a store over HTTP, bounded in time and size. Stores are other people's programs: one
 * may be away, hang, answer another thing than was asked, or never end its answer, and none of that may
 * reach further than the answer here.
 */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

export interface StorePlace {
  /** Without credentials; what it has of a path stands before every path. */
  readonly url: string;
  /** Holds `user:password` or `Bearer TOKEN`; read at each question, so that it can be changed. */
  readonly credentialsFile: string | null;
  readonly timeoutSeconds: number;
}

export interface StoreQuestion {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** What an answer may have at most. */
  readonly bytesMost: number;
}

export type StoreAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "silent"; readonly text: string };

export async function askStore(
  place: StorePlace,
  question: StoreQuestion,
  signal?: AbortSignal,
): Promise<StoreAnswer> {
  const late = AbortSignal.timeout(place.timeoutSeconds * 1000);
  try {
    const { method, body } = question;
    const response = await fetch(addressOf(place, question), {
      method,
      headers: { ...question.headers, ...(await authorizationOf(place)) },
      ...(body !== undefined && { body }),
      // Credentials are for the store that was named.
      redirect: "manual",
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    return {
      kind: "answered",
      status: response.status,
      text: await boundedText(response, question),
    };
  } catch (error) {
    if (late.aborted) return { kind: "silent", text: `no answer in ${place.timeoutSeconds} s` };
    return { kind: "silent", text: whyOf(error) };
  }
}

function addressOf({ url }: StorePlace, { path, query }: StoreQuestion): URL {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, "")}${path}`;
  for (const [key, value] of Object.entries(query ?? {})) address.searchParams.set(key, value);
  return address;
}

async function authorizationOf({ credentialsFile }: StorePlace): Promise<Record<string, string>> {
  if (credentialsFile === null) return {};
  const [line = ""] = (await readFile(credentialsFile, "utf8")).split(/\r?\n/, 1);
  if (/^Bearer \S+$/.test(line)) return { authorization: line };
  if (!/^[^:\s]+:.+$/.test(line)) {
    throw new Error("the credentials file holds neither user:password nor Bearer TOKEN");
  }
  return { authorization: `Basic ${Buffer.from(line).toString("base64")}` };
}

async function boundedText(response: Response, { bytesMost }: StoreQuestion): Promise<string> {
  let bytes = 0;
  const bound = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.length;
      if (bytes <= bytesMost) controller.enqueue(chunk);
      else controller.error(new Error(`its answer has more than ${bytesMost} bytes`));
    },
  });
  return response.body === null ? "" : text(response.body.pipeThrough(bound));
}

/** What `fetch` throws says why in its cause, and says nothing of the address or the credentials. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError) return whyOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : error.message;
}
