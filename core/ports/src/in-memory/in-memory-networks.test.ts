import { networksSuite } from "../testing/networks-suite.ts";
import {
  type InMemoryInterface,
  InMemoryNetworks,
  InMemoryNetworkWorld,
} from "./in-memory-networks.ts";

const bytesPerMib = 1_048_576;
const freeMbit = 1000;

networksSuite("InMemoryNetworks", async () => {
  const world = new InMemoryNetworkWorld();
  world.hostProcesses.add(1);
  for (const id of [1, 2]) world.living.add(id);
  let processes = 10;
  const exchange = (one: InMemoryInterface, bytesSent: number, bytesReceived: number): void => {
    const { use } = one;
    one.use = {
      bytesSent: use.bytesSent + bytesSent,
      bytesReceived: use.bytesReceived + bytesReceived,
    };
  };
  return {
    networks: new InMemoryNetworks(world),
    restart: () => new InMemoryNetworks(world),
    hostProcess: 1,
    lonelyProcess: 2,
    start: async () => {
      processes += 1;
      const processIds = [processes];
      const one = world.add(processIds);
      return {
        processIds,
        addInterface: async () => {
          world.add(processIds);
        },
        send: async (mib) => {
          exchange(one, mib * bytesPerMib, 0);
          return one.limit.sendMbit ?? freeMbit;
        },
        receive: async (mib) => {
          exchange(one, 0, mib * bytesPerMib);
          return one.limit.receiveMbit ?? freeMbit;
        },
        shapeByOtherHand: async (where) => {
          one.foreign = { ...one.foreign, [where]: true };
        },
        end: async () => world.end(processIds),
      };
    },
    close: async () => {},
  };
});
