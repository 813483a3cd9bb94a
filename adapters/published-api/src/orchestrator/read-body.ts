import { invalid, RequestRefused } from "./errors.ts";

/** The body of a request to a route that has one; others are never looked at, whatever was sent. */
export function readBody(contentType: string | undefined, bytes: unknown): unknown {
  const [mediaType = ""] = (contentType ?? "").split(";", 1);
  if (!/^application\/(.+\+)?json$/i.test(mediaType.trim())) {
    const message = "send the body with the header Content-Type: application/json";
    throw new RequestRefused(415, "SC_MEDIA_TYPE_UNKNOWN", message);
  }
  try {
    return JSON.parse(Buffer.isBuffer(bytes) ? bytes.toString() : "");
  } catch {
    throw invalid("the body is no JSON");
  }
}
