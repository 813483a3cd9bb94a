import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { DataDiskAnswer } from "@sc/ports";
import { dataDisksSuite } from "@sc/ports/testing";
import { KernelTrees } from "./kernel-trees-fixture.ts";

dataDisksSuite("LinuxDataDisks", () => {
  const trees = new KernelTrees();
  trees.device("pci/block/sda", "8:0");
  const mounts = [
    ["8:0", "/srv", "ext4", "/dev/sda"],
    ["0:5", "/tmp", "tmpfs", "tmpfs"],
  ];
  for (const process of ["self", "70"]) trees.mounts(process, mounts);
  return {
    disks: trees.disks,
    onDisk: { path: "/srv", device: "8:0", wholeDisk: "sda" },
    inMemory: "/tmp",
    livingProcess: 70,
    endedProcess: 71,
    close: () => trees.close(),
  };
});

describe("the device to limit", () => {
  let trees: KernelTrees;
  beforeEach(() => {
    trees = new KernelTrees();
    trees.device("pci/block/sda", "8:0");
    trees.device("pci/block/sda/sda2", "8:2", { partition: "2\n" });
    trees.device("pci/block/sdb", "8:16");
    trees.device("pci/nvme0/nvme0n1", "259:0");
    trees.device("pci/nvme0/nvme0n1/nvme0n1p1", "259:1", { partition: "1\n" });
  });
  afterEach(() => trees.close());
  const find = (path: string): DataDiskAnswer => trees.disks.find({ path });
  const assertFound = (path: string, device: string, name: string, below: readonly string[]) => {
    const answer = find(path);
    assert.ok(answer.kind === "found", JSON.stringify(answer));
    const { disk } = answer;
    assert.deepEqual([disk.device, disk.name, disk.wholeDisks], [device, name, below]);
  };
  const assertNone = (path: string, code: string, text: RegExp): void => {
    const answer = find(path);
    assert.ok(answer.kind === "not-limitable", JSON.stringify(answer));
    assert.equal(answer.code, code);
    assert.match(answer.text, text);
  };

  test("of a partition is its disk, also of NVMe, whose partitions have numbers of another kind", () => {
    trees.mounts("self", [
      ["8:2", "/", "ext4", "/dev/sda2"],
      ["259:1", "/srv", "xfs", "/dev/nvme0n1p1"],
    ]);
    assertFound("/", "8:0", "sda", ["sda"]);
    assertFound("/srv/web", "259:0", "nvme0n1", ["nvme0n1"]);
    assertFound("/srvother", "8:0", "sda", ["sda"]);
  });

  test("of a logical volume is the volume, with the disks below it", () => {
    trees.device("virtual/block/dm-0", "253:0");
    trees.slave("pci/block/sda/sda2", "virtual/block/dm-0");
    trees.slave("pci/block/sdb", "virtual/block/dm-0");
    trees.device("virtual/block/dm-1", "253:1");
    trees.slave("virtual/block/dm-0", "virtual/block/dm-1");
    trees.mounts("self", [["253:1", "/", "ext4", "/dev/mapper/crypt"]]);
    assertFound("/", "253:1", "dm-1", ["sda", "sdb"]);
  });

  test("of a file mounted as a disk is the loop device, with the disk that the file lies on", () => {
    trees.device("virtual/block/loop3", "7:3", { "loop/backing_file": "/var/image\n" });
    trees.mounts("self", [
      ["8:2", "/", "ext4", "/dev/sda2"],
      ["7:3", "/srv", "ext4", "/dev/loop3"],
    ]);
    assertFound("/srv", "7:3", "loop3", ["sda"]);
  });

  test("of a loop whose file lies on itself is the loop device, and the search ends", () => {
    trees.device("virtual/block/loop3", "7:3", { "loop/backing_file": "/srv/image\n" });
    trees.mounts("self", [["7:3", "/srv", "ext4", "/dev/loop3"]]);
    assertFound("/srv", "7:3", "loop3", ["loop3"]);
  });

  test("of an overlay is that of its upper folder, wherever the container has it", () => {
    trees.mounts("self", [
      ["8:2", "/", "ext4", "/dev/sda2"],
      ["8:16", "/var/lib/docker", "xfs", "/dev/sdb"],
    ]);
    const upper = "rw,lowerdir=/l/A:/l/B,upperdir=/var/lib/docker/a\\040b/diff,workdir=/w";
    trees.mounts("70", [["0:99", "/", "overlay", "overlay", upper]]);
    const answer = trees.disks.find({ path: "/data", processId: 70 });
    assert.equal(answer.kind === "found" ? answer.disk.device : answer.kind, "8:16");
  });

  test("of an overlay that only reads, or lies on itself, is none", () => {
    trees.mounts("self", [
      ["0:98", "/", "overlay", "overlay", "rw,upperdir=/diff"],
      ["0:99", "/read", "overlay", "overlay", "ro,lowerdir=/a:/b"],
    ]);
    assertNone("/read", "no-disk", /without a folder to write to/);
    assertNone("/", "no-disk", /without a folder to write to/);
  });

  test("of btrfs on several devices is none; on one whose file is missing none either", () => {
    trees.write("sys/fs/btrfs/1234/devices/sda2", "");
    trees.write("sys/fs/btrfs/1234/devices/sdb", "");
    trees.mounts("self", [
      ["0:30", "/many", "btrfs", "/dev/sdb"],
      ["0:31", "/one", "btrfs", "/dev/sc-no-such-device"],
    ]);
    assertNone("/many", "several-disks", /btrfs on 2 devices/);
    assertNone("/one", "no-disk", /no disk here/);
  });

  test("of zfs, and of what comes over the network, is none", () => {
    trees.mounts("self", [
      ["0:40", "/tank", "zfs", "tank/web"],
      ["0:41", "/home", "nfs4", "server:/home"],
    ]);
    assertNone("/tank/data", "not-charged", /zfs/);
    assertNone("/home/web", "no-disk", /nfs4 of server:\/home/);
  });

  test("is that of the mount on top, where one hides another", () => {
    trees.mounts("self", [
      ["8:2", "/", "ext4", "/dev/sda2"],
      ["8:16", "/srv", "ext4", "/dev/sdb"],
      ["0:5", "/srv", "tmpfs", "tmpfs"],
    ]);
    assertNone("/srv/web", "no-disk", /tmpfs/);
    assertFound("/srv/../var", "8:0", "sda", ["sda"]);
  });
});
