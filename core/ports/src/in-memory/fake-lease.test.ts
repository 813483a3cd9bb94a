import { leaseSuite } from "../testing/lease-suite.ts";
import { FakeLease, FakeLeaseWorld } from "./fake-lease.ts";

leaseSuite("FakeLease", () => {
  const world = new FakeLeaseWorld();
  return {
    start: () => new FakeLease(world),
    pass: (seconds) => {
      world.uptimeSeconds += seconds;
    },
    setRestoring: (isRestoring) => {
      world.isRestoring = isRestoring;
    },
    close: () => {},
  };
});
