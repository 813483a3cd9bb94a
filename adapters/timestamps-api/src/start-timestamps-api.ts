import { type TimestampsAppOptions, timestampsApp } from "./timestamps-app.ts";

export interface TimestampsApi {
  readonly port: number;
  close(): Promise<void>;
}

const connectionsMost = 64;
const requestMsMost = 30_000;

/** Serves the timestamps on a port of their own. `listen` is `host:port`, as the configuration has it. */
export async function startTimestampsApi(
  options: TimestampsAppOptions & { readonly listen: string },
): Promise<TimestampsApi> {
  const app = await timestampsApp(options);
  const { listen } = options;
  const colon = listen.lastIndexOf(":");
  app.server.maxConnections = connectionsMost;
  app.server.requestTimeout = requestMsMost;
  app.server.setTimeout(requestMsMost);
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, "");
  await app.listen({ host, port: Number(listen.slice(colon + 1)), exclusive: true });
  const address = app.server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
