import { err, ok, type Result } from "@sc/domain";
import type { UsageReaderAnswer, UsageUnread } from "@sc/ports";
import { usageBytesMost } from "./answer-json.ts";
import { askStore, type StorePlace } from "./ask-store.ts";
import { shown } from "./write-points.ts";

/** A question about usage, in the words of one kind of store. */
export interface UsageRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the text of a good answer says; `undefined`: it is none. */
  readonly read: (text: string) => UsageReaderAnswer | undefined;
}

/** Asks a store for usage: what it says, or why nothing can be read of it. */
export async function askUsage(
  place: StorePlace,
  { path, headers, body, read }: UsageRequest,
  signal: AbortSignal,
): Promise<Result<UsageReaderAnswer, UsageUnread>> {
  const bytes = new TextEncoder().encode(body);
  const request = {
    method: "POST",
    path,
    headers,
    body: bytes,
    bytesMost: usageBytesMost,
  } as const;
  const answer = await askStore(place, request, signal);
  if (answer.kind === "silent") return err({ text: answer.text });
  const usage = answer.status === 200 ? read(answer.text) : undefined;
  if (usage !== undefined) return ok(usage);
  return err({ text: `it answered ${answer.status} ${shown(answer.text)}`.trim() });
}
