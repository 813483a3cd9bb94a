import { busSuite } from "./bus-suite.ts";
import { FakeBus } from "./fake-bus.ts";

busSuite("the fake bus", () => {
  const bus = new FakeBus();
  return {
    bus,
    reported: () => bus.errors.length,
    settle: async () => undefined,
    close: async () => undefined,
  };
});
