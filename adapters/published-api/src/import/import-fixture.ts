import {
  defaultBrakeSettings,
  err,
  ok,
  type Result,
  resources,
  type ServiceSettings,
} from "@sc/domain";
import type {
  ApiProblem,
  Catalogue,
  CatalogueView,
  ContainerView,
  SettingsView,
  Subject,
} from "@sc/ports";
import { FakeLiveDocuments } from "../testing/fake-live-documents.ts";
import { LiveServices } from "../translate/services/live-services.ts";
import { PublishedImport } from "./published-import.ts";

const guardian: ServiceSettings["guardian"] = {
  isActive: true,
  windowSeconds: 1,
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  guardedResources: resources,
};
const nodeAgent: ServiceSettings["node-agent"] = {
  autoSeconds: 0.1,
  allSeconds: 1,
  reservePercent: 10,
  overcommit: 1,
  drift: "adopt",
  oomControl: false,
};
const scaler: ServiceSettings["scaler"] = { isActive: true, ...defaultBrakeSettings };
const refeeder = { isActive: true, silentSeconds: 5 };
const period = { isActive: true, everySeconds: 1 };
const keeping = { isActive: true, rawHours: 1, tenSecondDays: 1, minuteDays: 1, sizeMaxMib: 16 };
const views = (): readonly SettingsView[] => [
  { service: "node-agent", revision: 0, values: nodeAgent, presets: nodeAgent },
  { service: "guardian", revision: 0, values: { ...guardian }, presets: guardian },
  { service: "scaler", revision: 0, values: scaler, presets: scaler },
  { service: "structure-snapshoter", revision: 0, values: period, presets: period },
  {
    service: "database-snapshoter",
    revision: 0,
    values: { ...keeping, outputSeconds: 5 },
    presets: { ...keeping, outputSeconds: 5 },
  },
  { service: "sanity-checker", revision: 0, values: period, presets: period },
  { service: "refeeder", revision: 0, values: refeeder, presets: refeeder },
];

/** Notes what is declared and taken back; what is named in `refused` is refused. */
function catalogueOf(refused: ReadonlySet<string>) {
  const made: string[] = [];
  const there = new Map<string, Pick<CatalogueView, "kind">>();
  const done = (what: string): Promise<Result<never, ApiProblem>> => {
    made.push(what);
    if (refused.has(what)) {
      return Promise.resolve(err({ code: "SC_VALUE_OUT_OF_RANGE", detail: `${what} cannot be` }));
    }
    return Promise.resolve({ ok: true, value: undefined as never });
  };
  const bodies: unknown[] = [];
  const catalogue = {
    find: ({ name }: Subject) => {
      const view = there.get(name);
      return view === undefined
        ? err({ code: "SC_STRUCTURE_UNKNOWN", detail: "not here" })
        : ok(view);
    },
    declareHost: (name: string, body: unknown) => {
      bodies.push(body);
      return done(`host ${name}`);
    },
    removeHost: (name: string) => done(`remove host ${name}`),
    subscribe: (name: string, body: unknown) => {
      bodies.push(body);
      return done(`container ${name}`);
    },
    desubscribe: (name: string) => done(`remove container ${name}`),
    declareApplication: (name: string, body: unknown) => {
      bodies.push(body);
      return done(`application ${name}`);
    },
    removeApplication: (name: string) => done(`remove application ${name}`),
    declareUser: (name: string) => done(`user ${name}`),
    removeUser: (name: string) => done(`remove user ${name}`),
    attachContainer: (of: { container: string; application: string }) =>
      done(`${of.container} in ${of.application}`),
    detachContainer: (of: { container: string; application: string }) =>
      done(`${of.container} out of ${of.application}`),
    attachApplication: (of: { application: string; user: string }) =>
      done(`${of.application} in ${of.user}`),
    detachApplication: (of: { application: string; user: string }) =>
      done(`${of.application} out of ${of.user}`),
  } as unknown as Catalogue;
  return { bodies, catalogue, made, there };
}

const band = { min: 50, max: 400, current: 100 };
const running = {
  resources: { cpu: band, mem: { ...band, max: 8192 } },
} as unknown as ContainerView;

export function importWorld(refused: readonly string[] = []) {
  const documents = new FakeLiveDocuments(views());
  const heartbeats = { lastBeat: () => undefined };
  const catalogue = catalogueOf(new Set(refused));
  const imports = new PublishedImport({
    documents,
    services: new LiveServices({ documents, heartbeats }),
    catalogue: catalogue.catalogue,
    orchestration: {
      structure: (name) =>
        name.startsWith("cont")
          ? ok(running)
          : err({ code: "SC_STRUCTURE_UNKNOWN", detail: "not here" }),
    },
    isLocal: (host) => host === "host0",
  });
  const take = (files: Readonly<Record<string, unknown>>, isDryRun = false) =>
    imports.take(
      Object.entries(files).map(([name, content]) => ({
        name,
        text: typeof content === "string" ? content : JSON.stringify(content),
      })),
      { isDryRun },
    );
  return { ...catalogue, documents, take };
}

/** A rule as its database has it. */
export const raiseDocument = {
  _id: "CpuRescaleUp",
  _rev: "3-abc",
  name: "CpuRescaleUp",
  type: "rule",
  resource: "cpu",
  active: true,
  generates: "requests",
  rule: {
    and: [{ ">=": [{ var: "events.scale.up" }, 2] }, { "<=": [{ var: "events.scale.down" }, 2] }],
  },
  rescale_type: "up",
  rescale_policy: "amount",
  amount: 120,
  events_to_remove: 2,
};
export const layoutOf = () => ({
  hosts: [{ name: "host0", cpu: 400, mem: 16_384, containers: ["cont0", "cont1"] }, "host1"],
  containers: [{ name: "far0", host: "host1" }],
  apps: [{ name: "app1", containers: ["cont0", "cont1", "far0"] }],
  users: [],
});
