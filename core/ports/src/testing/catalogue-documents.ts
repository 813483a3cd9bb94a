import assert from "node:assert/strict";
import { type CatalogueDocument, parseStructureName, type StructureName } from "@sc/domain";

/** One document of each kind of the catalogue, with every field it may have. */
export const catalogueDocuments = (): readonly CatalogueDocument[] => [
  {
    kind: "declared-host",
    name: named("host-1"),
    content: {
      agent,
      placement: "pinned",
      resources: {
        cpu: { max: 800, heldByOthers: 0 },
        mem: { max: 24_576, heldByOthers: 1024 },
        energy: { max: 90, heldByOthers: 2.5 },
      },
      disks: {
        "ssd 1": {
          type: "SSD",
          path: "/mnt/ssd",
          loadByOthers: 1,
          read: { max: 400, heldByOthers: 20 },
          write: { max: 300, heldByOthers: 0 },
        },
      },
      isGuarded: false,
      state: "running",
    },
  },
  {
    kind: "subscription",
    name: named("web"),
    content: {
      host: named("host-1"),
      agent,
      isGuarded: true,
      resources: { cpu: { isGuarded: true, weight: 1.5 }, mem: { isGuarded: false } },
      energy: { min: 0, max: 50, current: 20, isGuarded: false, weight: 1, boundary },
      disk: { name: "ssd 1", path: "/mnt/ssd/web" },
      state: "stopped",
      joining: {
        settings: { isPaused: false, resources: { cpu: { mode: "auto", boundary } } },
        limits: {
          cpu: { quotaShares: null, burstShares: 0, periodMs: 100, weight: 100 },
          mem: null,
        },
        wanted: { cpu: 120, mem: 512 },
      },
    },
  },
  {
    kind: "application",
    name: named("shop"),
    content: {
      containers: [named("web")],
      isGuarded: true,
      state: "hdfs_uploading",
      resources: {
        cpu: { min: 10, max: 400, isGuarded: true, weight: 2, boundary },
        energy: { min: 0, max: 90, isGuarded: false, current: 30 },
      },
      programs: {
        installScript: "install.sh",
        installFiles: "",
        runtimeFiles: "",
        outputDir: "out",
        startScript: "start.sh",
        stopScript: "stop.sh",
        framework: "hadoop",
      },
    },
  },
  {
    kind: "user",
    name: named("ann"),
    content: {
      applications: [named("shop")],
      resources: { mem: { min: 0, max: 4096 }, energy: { min: 20, max: 100, current: 50 } },
      balancingMethod: "pair_swapping",
    },
  },
];

const agent = { address: "10.0.0.7", port: 8000 };
const boundary = { percent: 25, of: "current" } as const;

function named(text: string): StructureName {
  const parsed = parseStructureName(text);
  assert.ok(parsed.ok);
  return parsed.value;
}
