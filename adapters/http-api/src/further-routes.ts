import type { RequestListener } from "node:http";

/** Routes beside the API on the same TCP address, with rules of their own about who may ask. */
export interface FurtherRoutes {
  /** Whether a request to this path is theirs. */
  takes(path: string): boolean;
  readonly handle: RequestListener;
}

/** Hands each request to who has its path; to the API what nobody else has. */
export function dispatch(
  further: readonly FurtherRoutes[],
  toApi: RequestListener,
): RequestListener {
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const handle = further.find((routes) => routes.takes(path))?.handle ?? toApi;
    handle(request, response);
  };
}
