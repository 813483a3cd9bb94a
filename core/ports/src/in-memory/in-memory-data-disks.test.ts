import { dataDisksSuite } from "../testing/data-disks-suite.ts";
import { InMemoryDataDisks } from "./in-memory-data-disks.ts";

dataDisksSuite("InMemoryDataDisks", () => {
  const disks = new InMemoryDataDisks();
  disks.put("/srv", {
    kind: "found",
    disk: {
      device: "8:0",
      name: "sda",
      wholeDisks: ["sda"],
      mountPoint: "/srv",
      source: "/dev/sda1",
      fileSystem: "ext4",
    },
  });
  disks.put("/tmp", { kind: "not-limitable", code: "no-disk", text: "/tmp is tmpfs" });
  disks.end(2);
  return {
    disks,
    onDisk: { path: "/srv", device: "8:0", wholeDisk: "sda" },
    inMemory: "/tmp",
    livingProcess: 1,
    endedProcess: 2,
    close: () => {},
  };
});
