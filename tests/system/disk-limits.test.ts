import { describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { diskLimitTests } from "../disk-limits-suite.ts";
import { whyNoDisk } from "../disk-scene.ts";

describe("a disk's limit on cgroup v1", { skip: whyNoRealGroups() || whyNoDisk() }, () => {
  diskLimitTests({ name: /^loop\d+$/, held: ["direct", "synced"], notHeld: ["buffered"] });
});
