import type { ServerResponse } from "node:http";

/** As OpenTSDB tells a fault. */
export const errorBody = (code: number, message: string) => ({ error: { code, message } });

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": "application/json; charset=UTF-8",
      "content-length": Buffer.byteLength(text),
    })
    .end(text);
}

export function answerNothing(response: ServerResponse): void {
  response.writeHead(204).end();
}
