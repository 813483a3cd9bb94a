import { describe } from "node:test";
import { whyNoUnifiedGroups } from "@sc/cgroup/testing";
import { diskLimitTests } from "../disk-limits-suite.ts";
import { whyNoDisk } from "../disk-scene.ts";

describe("a disk's limit on cgroup v2", { skip: whyNoUnifiedGroups() || whyNoDisk() }, () => {
  // Into the page cache it goes at once here too; what reaches the disk later is held, as the sync shows.
  diskLimitTests({ name: /^ubda$/, held: ["direct", "synced"], notHeld: [] });
});
