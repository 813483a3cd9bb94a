import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { hostProbeSuite } from "@sc/ports/testing";
import { HttpHostProbe } from "./http-host-probe.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };

hostProbeSuite("HttpHostProbe", async () => {
  const servers: Server[] = [];
  const listen = async (server: Server) => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    return { address: "127.0.0.1", port: address.port };
  };
  const close = async (server: Server) => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    probe: new HttpHostProbe(log, 200),
    agent: async (status) => {
      const server = createServer((request, response) => {
        assert.equal(request.url, "/container/resources/");
        if (status !== undefined) {
          response.writeHead(status, { location: "/elsewhere" }).end("{}");
        }
      });
      servers.push(server);
      return listen(server);
    },
    nobody: async () => {
      const server = createServer();
      const place = await listen(server);
      await close(server);
      return place;
    },
    close: async () => {
      for (const server of servers) await close(server);
    },
  };
});
