import { err, ok, type Result, type ServiceSettings } from "@sc/domain";
import { presetServiceSettings } from "@sc/domain/testing";
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

const inForce: ServiceSettings = {
  ...presetServiceSettings,
  guardian: { ...presetServiceSettings.guardian, windowSeconds: 1 },
};
const viewOf = <Name extends keyof ServiceSettings>(service: Name) => ({
  service,
  revision: 0,
  values: { ...inForce[service] },
  presets: inForce[service],
});
const views = (): readonly SettingsView[] => [
  viewOf("node-agent"),
  viewOf("guardian"),
  viewOf("scaler"),
  viewOf("structure-snapshoter"),
  viewOf("database-snapshoter"),
  viewOf("sanity-checker"),
  viewOf("refeeder"),
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
