import { type Mode, modes, type Resource, resources } from "@sc/domain";
import type { WriteRefusal } from "@sc/ports";
import fc from "fast-check";
import { worldNames } from "./world.ts";

/*
 * What an owner's tools write ends in a fraction that we never come to: so it shows whose a limit is.
 */
const name = fc.constantFrom(...worldNames);
const resource = fc.constantFrom<Resource>(...resources);
const isOn = fc.boolean();
const ownersShares = fc.integer({ min: 20, max: 400 }).map((shares) => shares + 0.37);
const ownersMib = fc.integer({ min: 100, max: 3000 }).map((memMib) => memMib + 0.25);
const first = fc.record({
  shares: fc.option(ownersShares, { freq: 5 }),
  memMib: fc.option(ownersMib, { freq: 5 }),
});

/** Of shares and of MiB, below and above what most may have. */
const amount = fc.oneof(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 3000 }));

const of = <Kind extends string, Fields>(
  kind: Kind,
  fields: { readonly [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> },
): fc.Arbitrary<{ readonly kind: Kind } & Fields> =>
  fc.record<Fields>({ ...fields }).map((made) => ({ kind, ...made }));

const dailyLife = [
  { weight: 8, arbitrary: of("wait", { seconds: fc.constantFrom(0.1, 0.5, 2, 6, 15) }) },
  {
    weight: 6,
    arbitrary: of("demand", {
      name,
      cores: fc.constantFrom(0, 0.05, 0.2, 0.5, 1, 1.7, 3),
    }),
  },
  { weight: 6, arbitrary: of("use-memory", { name, memMib: fc.integer({ min: 0, max: 2500 }) }) },
  { weight: 2, arbitrary: of("cache", { name, memMib: fc.integer({ min: 0, max: 2000 }) }) },
  {
    weight: 5,
    arbitrary: of("mode", {
      name,
      resource,
      mode: fc.constantFrom<Mode>("auto", "auto", "auto", ...modes),
    }),
  },
  {
    weight: 3,
    arbitrary: of("band", {
      name,
      resource,
      min: fc.integer({ min: 1, max: 100 }),
      max: fc.integer({ min: 100, max: 1500 }),
    }),
  },
  { weight: 2, arbitrary: of("pause", { name: fc.option(name, { nil: undefined }), isOn }) },
  {
    weight: 4,
    arbitrary: of("orders", {
      name,
      resource,
      amounts: fc.array(amount, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: of("restart", { name, first }) },
  { weight: 1, arbitrary: of("come-or-go", { name, first }) },
  { weight: 1, arbitrary: of("release", { name: fc.option(name, { nil: undefined }) }) },
] as const;

const refusal = fc.constantFrom<WriteRefusal>(
  { code: "busy", text: "a test says so" },
  { code: "io", text: "a test says so" },
  { code: "hierarchy", text: "a test says so" },
);

const mishaps = [
  {
    weight: 3,
    arbitrary: of("delivery", {
      how: fc.constantFrom("normal", "twice", "late", "reversed"),
    }),
  },
  {
    weight: 2,
    arbitrary: of("refuse", { name, refusal, count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: of("owner-sets-cpu", {
      name,
      shares: fc.option(ownersShares, { freq: 5 }),
      burst: fc.constantFrom(0, 0, 10),
    }),
  },
  { weight: 3, arbitrary: of("owner-sets-memory", { name, memMib: fc.option(ownersMib) }) },
  { weight: 1, arbitrary: of("frozen", { name, isOn }) },
  { weight: 1, arbitrary: of("unreadable", { name, isOn }) },
  {
    weight: 1,
    arbitrary: of("broken", { name, part: fc.constantFrom("reading", "decision"), isOn }),
  },
  { weight: 1, arbitrary: of("pressed", { isOn }) },
  {
    weight: 2,
    arbitrary: of("full-disk", { of: fc.constantFrom("journal", "lease", "state"), isOn }),
  },
  { weight: 1, arbitrary: of("slow-memory", { seconds: fc.constantFrom(0, 0, 1, 8) }) },
  { weight: 1, arbitrary: of("clock", { seconds: fc.constantFrom(-86_400, 86_400) }) },
  {
    weight: 2,
    arbitrary: of("crash-at-step", {
      steps: fc.integer({ min: 1, max: 8 }),
      when: fc.constantFrom("before", "after"),
    }),
  },
  { weight: 1, arbitrary: of("crash", { isRestored: isOn }) },
  { weight: 1, arbitrary: of("stall", { isRestored: isOn }) },
] as const;

/** What happens to a world, one thing after another. */
export const worldCommands = fc.array(fc.oneof(...dailyLife, ...mishaps), {
  maxLength: 40,
  size: "max",
});
export type WorldCommand = typeof worldCommands extends fc.Arbitrary<(infer T)[]> ? T : never;
