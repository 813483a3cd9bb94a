import { rateControlSuite } from "../testing/rate-control-suite.ts";
import { FakeRateControl } from "./fake-rate-controls.ts";

rateControlSuite("a fake", () => ({
  control: new FakeRateControl("web", { disk_read: null, disk_write: null, net: null }),
  resources: ["disk_read", "disk_write", "net"],
  close: () => undefined,
}));
