import { createServer, type RequestListener } from "node:http";

export interface ListeningRoutes {
  readonly origin: string;
  close(): Promise<void>;
}

/** On a port that is free; connections that clients keep open are cut at the end. */
export async function listenForTest(routes: {
  readonly handle: RequestListener;
  close(): Promise<void>;
}): Promise<ListeningRoutes> {
  const server = createServer(routes.handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await routes.close();
    },
  };
}
