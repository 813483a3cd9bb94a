/*
 * The server as it is wired, with its databases and its API, in a process of its own. The host is
 * simulated, for the cores that 1 000 containers need; services live in the time of the wall, so that
 * everything is sampled and scaled while clients ask, in breaths as ever.
 */
import { SimulatedServer } from "@sc/server/testing";
import { containerName, containers, host } from "./names.ts";

const tenthMs = 100;
const server = await SimulatedServer.start({
  cores: containers,
  isInWallTime: true,
  containers: Array.from({ length: containers }, (_, index) => containerName(index)),
  configuration: { compatibility: { open: true, hostNames: [host] } },
});
const time = setInterval(() => server.passTenth(), tenthMs);
process.send?.(server.places.port);
process.once("message", () => {
  clearInterval(time);
  void server.close().then(() => process.exit(0));
});
