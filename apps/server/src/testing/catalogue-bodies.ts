import fc from "fast-check";

/** What is taken of bodies whose parts have to fit what is there; a schema alone cannot say it. */
const agent = { address: "127.0.0.1", port: 1 };
const max = fc.constantFrom(100, 150, 200);
const band = max.map((each) => ({ min: 10, max: each }));
const guarded = band.map((each) => ({ ...each, isGuarded: true }));
const ofBoth = <Value>(each: fc.Arbitrary<Value>) => fc.record({ cpu: each, mem: each });
const disk = fc.record({
  name: fc.constantFrom("hdd", "ssd"),
  type: fc.constant("HDD"),
  path: fc.constant("/data"),
  load: fc.constant(0),
  read: fc.constant({ max: 100 }),
  write: fc.constant({ max: 100 }),
});
const programs = {
  ...{ installScript: "", installFiles: "", runtimeFiles: "", outputDir: "" },
  ...{ startScript: "", stopScript: "" },
};
const update = fc.record(
  { isGuarded: fc.boolean(), state: fc.constantFrom("running", "stopped") },
  { requiredKeys: ["state"] },
);

const rule = {
  ...{ name: "CpuRescaleUp", type: "rule", resource: "cpu", active: true, generates: "requests" },
  rule: { and: [{ ">=": [{ var: "events.scale.up" }, 2] }] },
  ...{ rescale_type: "up", rescale_policy: "amount", amount: 75, events_to_remove: 2 },
};

/** By the name of their operation. */
export const catalogueBodies: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  declareHost: fc.record({
    agent: fc.constant(agent),
    placement: fc.constantFrom("shared", "shared"),
    resources: fc.constant({ cpu: { max: 800 }, mem: { max: 16_384 } }),
    disks: fc.array(disk, { maxLength: 1 }),
  }),
  updateHost: update,
  addDisks: fc.record({ disks: fc.array(disk, { maxLength: 2 }) }),
  changeDisks: fc.record({
    disks: fc.array(fc.constant({ name: "hdd", readMax: 80, writeMax: 70 }), { maxLength: 1 }),
  }),
  subscribe: fc.record({
    host: fc.constant("host0"),
    agent: fc.constant(agent),
    isGuarded: fc.boolean(),
    resources: ofBoth(guarded),
  }),
  updateSubscription: update,
  declareApplication: fc.record({
    isGuarded: fc.boolean(),
    resources: ofBoth(guarded),
    programs: fc.constant(programs),
  }),
  updateApplication: update,
  declareUser: fc.record({ resources: ofBoth(band) }),
  updateUser: band.map((cpu) => ({ resources: { cpu } })),
  import: fc.record({
    files: fc.constant([{ name: "rules.json", text: JSON.stringify([rule]) }]),
    isDryRun: fc.boolean(),
  }),
};
