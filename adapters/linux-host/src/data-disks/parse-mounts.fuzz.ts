import assert from "node:assert/strict";
import { fuzzTarget, kernelText, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { mountOf, parseMounts } from "./parse-mounts.ts";

const line = fc.constantFrom(
  "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
  "28 27 0:25 / /mnt/a\\040b ro shared:1 master:2 - overlay overlay rw,upperdir=/u,workdir=/w",
  "29 27 8:1 /@ /srv rw propagate_from:7 - btrfs /dev/sda1 rw,subvol=/@",
  "30 27 0:3 net:[4026] /run/netns/x rw - nsfs nsfs rw",
  `31 27 0:${"9".repeat(400)} / /x rw - tmpfs  rw`,
);
const text = fc.oneof(
  fc.array(fc.oneof(line, spoiled(line)), { maxLength: 6 }).map((lines) => `${lines.join("\n")}\n`),
  kernelText(["27 1 8:0 / / rw -"]),
);

export const targets = [
  fuzzTarget("mounts", fc.tuple(text, fc.string()), ([mountinfo, path]) => {
    const mounts = parseMounts(mountinfo);
    for (const { device, mountPoint } of mounts) {
      assert.match(device, /^\d+:\d+$/);
      assert.ok(mountPoint.startsWith("/"));
      assert.ok(mountOf(mounts, mountPoint) !== undefined);
    }
    const holder = mountOf(mounts, path);
    assert.ok(holder === undefined || mounts.includes(holder));
  }),
];
