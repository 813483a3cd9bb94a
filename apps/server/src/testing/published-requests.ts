import { anyText, anyValue, spoiled } from "@sc/domain/testing";
import { publishedRoutes } from "@sc/published-api";
import fc from "fast-check";
import { changed, type GeneratedRequest, headersOf, methods } from "./generated-requests.ts";
import { SimulatedServer } from "./simulated-server.ts";

/** Names that are there, mostly, or could be. */
const namesOf: Readonly<Record<string, readonly string[]>> = {
  name: ["web", "host0", "app1"],
  host: ["host0"],
  container: ["web"],
  application: ["app1"],
  user: ["user0"],
  service: ["guardian", "scaler", "refeeder", "rebalancer", "sanity_checker", "watt_trainer"],
  key: ["ACTIVE", "WINDOW_TIMELAPSE", "GUARDABLE_RESOURCES", "EVENT_TIMEOUT", "WORK"],
  rule: ["CpuRescaleUp", "MemRescaleUp", "CpuRescaleDown", "cpu_exceeded_upper", "EnergyRescaleUp"],
  resource: ["cpu", "mem", "cpu", "mem", "energy", "disk_read"],
  parameter: ["max", "min", "weight", "current"],
  state: ["running", "stopped"],
};
const oddNames = [
  "db",
  "host1",
  "app2",
  "user1",
  "gpu",
  "apps",
  "container",
  "clusters",
  "dancing",
  "%00",
  "%",
  "%zz",
  "%ff",
  "..",
  ".",
  "",
  "%2e%2e",
  "a%2fb",
  "__proto__",
  "ü",
];

const segmentOf = (parameter: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...(namesOf[parameter] ?? ["x"])) },
    { weight: 1, arbitrary: anyText.map((text) => encodeURIComponent(text.toWellFormed())) },
    { weight: 1, arbitrary: fc.constantFrom(...oddNames) },
  );

/** The path with its parameters filled in, and slashes where clients have them. */
function targetOf(path: string): fc.Arbitrary<string> {
  const parts = path.split(/(<\w+>)/).map((part) => {
    const parameter = /^<(\w+)>$/.exec(part)?.[1];
    return parameter === undefined ? fc.constant(part) : segmentOf(parameter);
  });
  const slashes = fc.oneof(
    { weight: 10, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.constantFrom("/", "//", "?x=1", "?", ";x", "#x") },
  );
  return fc
    .tuple(fc.tuple(...parts), slashes, fc.nat(20))
    .map(
      ([spelled, end, doubled]) => spelled.join("").replace("/", doubled === 0 ? "//" : "/") + end,
    );
}

/** What is wrong now and then. */
const mostly = <Value>(good: fc.Arbitrary<Value>, bad: readonly unknown[]) =>
  fc.oneof(
    { weight: 40, arbitrary: good },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(...bad) },
  );
const noAmounts = [-1, "abc", null, 1e300, "", true, [], {}];
const amount = mostly(fc.constantFrom<unknown>(100, "100", 200, "150", 120.5), noAmounts);
const flag = mostly(fc.constantFrom<unknown>(true, false, "true", "false"), ["maybe", 1]);
const band = fc.record({
  max: amount,
  min: mostly(fc.constantFrom<unknown>(0, "10", 64), noAmounts),
});
const guarded = fc.tuple(band, flag).map(([each, guard]) => ({ ...each, guard }));
const margin = fc.record({
  boundary: mostly(fc.constantFrom<unknown>("10", 5), [350, "x"]),
  boundary_type: mostly(fc.constantFrom("percentage_of_max", "percentage_of_current"), ["x"]),
});
const ofBoth = <Value>(each: fc.Arbitrary<Value>) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ cpu: each, mem: each }) },
    {
      weight: 1,
      arbitrary: fc.record(
        { cpu: each, mem: each, energy: each, disk_read: each, gpu: each },
        { requiredKeys: [] },
      ),
    },
  );
const limits = fc.record({ resources: ofBoth(margin) });
const agent = { host_rescaler_ip: "127.0.0.1", host_rescaler_port: "1" };
const disk = fc.record({
  name: fc.constantFrom("hdd_0", "ssd_0"),
  type: fc.constantFrom("HDD", "SSD"),
  load: amount,
  path: fc.constant("/data"),
  max_read: amount,
  free_read: amount,
  max_write: amount,
  free_write: amount,
});

const host = fc
  .record({
    name: mostly(fc.constant("host0"), ["host1"]),
    resources: fc.tuple(ofBoth(amount), fc.array(disk, { maxLength: 2 })).map(([each, disks]) => ({
      ...Object.fromEntries(Object.entries(each).map(([key, max]) => [key, { max, free: max }])),
      disks,
    })),
  })
  .map((each) => ({ ...agent, host: each.name, subtype: "host", ...each }));
const container = fc.record({
  container: fc
    .record({
      name: mostly(fc.constant("web"), ["db"]),
      host: mostly(fc.constant("host0"), ["host1"]),
      guard: flag,
      resources: ofBoth(guarded.map((each) => ({ ...each, current: 100 }))),
    })
    .map((each) => ({ ...agent, subtype: "container", ...each })),
  limits,
});
const programs = {
  ...{ install_script: "", install_files: "", runtime_files: "", output_dir: "" },
  ...{ start_script: "", stop_script: "" },
};
const application = fc.record({
  app: fc
    .record({
      name: mostly(fc.constant("app1"), ["app2"]),
      guard: flag,
      resources: ofBoth(guarded),
    })
    .map((each) => ({ ...programs, subtype: "application", ...each })),
  limits,
});
const user = fc.record({
  user: fc
    .record({ name: mostly(fc.constant("user0"), ["user1"]), resources: ofBoth(band) })
    .map((each) => ({ subtype: "user", ...each })),
});
const value = fc.record(
  {
    value: fc.oneof(
      { weight: 3, arbitrary: amount },
      { weight: 1, arbitrary: flag },
      {
        weight: 2,
        arbitrary: fc.constantFrom<unknown>(
          ...[["cpu"], "percentage_of_max", "percentage_of_current", "amount", "proportional"],
          ...["10", "50", 20],
        ),
      },
    ),
    event_type: mostly(fc.constantFrom("up", "down"), ["sideways"]),
  },
  { requiredKeys: ["value"] },
);
const bodies: readonly (readonly [path: RegExp, body: fc.Arbitrary<unknown>])[] = [
  [/\/disks$/, fc.record({ resources: fc.record({ disks: fc.array(disk, { maxLength: 2 }) }) })],
  [/^\/structure\/host\/<\w+>$/, host],
  [/^\/structure\/container\/<\w+>$/, container],
  [/^\/structure\/apps\//, application],
  [/^\/user\/<\w+>$/, user],
  [
    /\/resources\/(un)?guard$/,
    fc.record({ resources: mostly(fc.constantFrom<unknown>(["cpu"], [], "mem"), [["gpu"], 7]) }),
  ],
  [/^\/service\/<\w+>$/, fc.dictionary(fc.constantFrom(...(namesOf.key ?? [])), amount)],
  [/./, value],
];

function bodyOf(path: string): fc.Arbitrary<string> {
  const good = bodies.find(([pattern]) => pattern.test(path))?.[1] ?? value;
  const text = good.map((each) => JSON.stringify(each));
  const other = fc
    .tuple(good, fc.dictionary(anyText, anyValue, { maxKeys: 2 }), fc.nat(), anyValue)
    .map(
      ([each, more, place, instead]) =>
        JSON.stringify(changed({ value: each, more, place, instead })) ?? "",
    );
  return fc.oneof(
    { weight: 12, arbitrary: text },
    { weight: 2, arbitrary: other },
    { weight: 1, arbitrary: spoiled(text) },
    { weight: 1, arbitrary: fc.oneof(fc.json(), anyText, fc.constant("[".repeat(30_000))) },
    { weight: 1, arbitrary: fc.constant("") },
  );
}

/** Requests of every published route, right and wrong in every part. */
export const publishedRequests: fc.Arbitrary<GeneratedRequest> = fc.oneof(
  ...publishedRoutes.map(({ method, path, hasBody }) => ({
    // Most of what is there stays, or all that follows would end at an unknown name.
    weight: method === "DELETE" ? 1 : 4,
    arbitrary: fc.record({
      over: fc.constant("tcp" as const),
      method: fc.oneof(
        { weight: 20, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      target: targetOf(path),
      headers: headersOf(hasBody === true),
      body: hasBody === true ? bodyOf(path) : fc.constantFrom("", "", "", "{}", "nonsense"),
      cutAfter: fc.oneof(
        { weight: 25, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.nat(300) },
      ),
    }),
  })),
);

/** A server whose published routes are open, with one structure of each kind. */
export async function startPublished(): Promise<SimulatedServer> {
  const compatibility = { open: true, hostNames: ["host0"] };
  const server = await SimulatedServer.start({ configuration: { compatibility } });
  await server.pass();
  for (const [path, body] of firstOfEachKind) {
    const answer = await fetch(`http://127.0.0.1:${server.places.port}${path}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    await server.pass();
  }
  return server;
}

const resources = {
  cpu: { max: 100, min: 10, guard: true, current: 50, free: 100 },
  mem: { max: 512, min: 64, guard: false, current: 256, free: 512 },
};
const margins = {
  cpu: { boundary: 10, boundary_type: "percentage_of_max" },
  mem: { boundary: 10, boundary_type: "percentage_of_max" },
};
const firstOfEachKind: readonly (readonly [path: string, body: unknown])[] = [
  [
    "/structure/host/host0",
    {
      ...agent,
      ...{ name: "host0", host: "host0", subtype: "host" },
      resources: { cpu: { max: 800, free: 800 }, mem: { max: 16_384, free: 16_384 } },
    },
  ],
  [
    "/structure/container/web",
    {
      container: {
        ...agent,
        ...{ name: "web", host: "host0", guard: true, subtype: "container", resources },
      },
      limits: { resources: margins },
    },
  ],
  [
    "/structure/apps/app1",
    {
      app: { ...programs, name: "app1", guard: "false", subtype: "application", resources },
      limits: { resources: margins },
    },
  ],
  ["/user/user0", { user: { name: "user0", subtype: "user", resources } }],
];
