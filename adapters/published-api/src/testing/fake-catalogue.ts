import { err, ok, type Result } from "@sc/domain";
import type {
  ApiProblem,
  ApplicationView,
  Catalogue,
  CatalogueView,
  DeclaredHostView,
  MemberResourceView,
  Subject,
  SubscribedContainerView,
  UserView,
} from "@sc/ports";

const agent = { address: "10.0.0.1", port: 8000 };
const resource: MemberResourceView = {
  min: 50,
  max: 200,
  isGuarded: true,
  weight: 1.5,
  boundary: { percent: 10, of: "max" },
  current: 100,
  used: 42.5,
  upper: 80,
  lower: 60,
};
const unmeasured: MemberResourceView = {
  ...resource,
  isGuarded: false,
  weight: undefined,
  boundary: undefined,
  current: undefined,
  used: undefined,
  upper: undefined,
  lower: undefined,
};

const host: DeclaredHostView = {
  kind: "host",
  name: "host0",
  revision: 1,
  agent,
  placement: "pinned",
  isGuarded: undefined,
  state: undefined,
  resources: { cpu: { max: 1200, free: 1000 }, mem: { max: 2048, free: 1024 } },
  disks: [
    {
      name: "hdd_0",
      type: "HDD",
      path: "/data",
      load: 1,
      read: { max: 130, free: 100 },
      write: { max: 120, free: 90 },
    },
  ],
  cores: [
    { core: 0, freeShares: 0, holders: [{ container: "c1", shares: 100 }] },
    ...Array.from({ length: 11 }, (_, index) => ({
      core: index + 1,
      freeShares: 100,
      holders: [],
    })),
  ],
  containers: ["c1"],
};
const container: SubscribedContainerView = {
  kind: "container",
  name: "c1",
  revision: 1,
  host: "host0",
  agent,
  isGuarded: true,
  state: undefined,
  application: "app1",
  disk: { name: "hdd_0", path: "/data" },
  isRunning: true,
  resources: { cpu: resource, mem: unmeasured },
};
const application: ApplicationView = {
  kind: "application",
  name: "app1",
  revision: 1,
  isGuarded: false,
  state: "stopped",
  user: undefined,
  containers: ["c1"],
  programs: {
    installScript: "",
    installFiles: "",
    runtimeFiles: "",
    outputDir: "",
    startScript: "start.sh",
    stopScript: "",
  },
  resources: { cpu: resource, mem: resource },
};
const user: UserView = {
  kind: "user",
  name: "alice",
  revision: 1,
  applications: ["app1"],
  balancingMethod: "pair_swapping",
  resources: { cpu: resource, mem: resource },
};

/** Notes what it is asked to change, and holds one of each kind. */
export class FakeCatalogue implements Catalogue {
  readonly asked: (readonly unknown[])[] = [];
  /** What every change is answered with. */
  problem: ApiProblem | undefined;

  hosts = (): readonly DeclaredHostView[] => [host];
  containers = (): readonly SubscribedContainerView[] => [container];
  applications = (): readonly ApplicationView[] => [application];
  users = (): readonly UserView[] => [user];

  find({ name, kinds }: Subject): Result<CatalogueView, ApiProblem> {
    const all: readonly CatalogueView[] = [host, container, application, user];
    const found = all.find((each) => each.name === name && (kinds?.includes(each.kind) ?? true));
    if (found !== undefined) return ok(found);
    return err({ code: "SC_STRUCTURE_UNKNOWN", detail: `nothing is called ${name}` });
  }

  declareHost = this.#noting("declareHost", host);
  removeHost = this.#noting("removeHost", undefined);
  addDisks = this.#noting("addDisks", host);
  changeDisks = this.#noting("changeDisks", host);
  subscribe = this.#noting("subscribe", container);
  desubscribe = this.#noting("desubscribe", undefined);
  declareApplication = this.#noting("declareApplication", application);
  removeApplication = this.#noting("removeApplication", undefined);
  declareUser = this.#noting("declareUser", user);
  removeUser = this.#noting("removeUser", undefined);
  attachContainer = this.#noting("attachContainer", application);
  detachContainer = this.#noting("detachContainer", application);
  attachApplication = this.#noting("attachApplication", user);
  detachApplication = this.#noting("detachApplication", user);
  update = this.#noting<CatalogueView>("update", container);

  #noting<Value>(what: string, value: Value) {
    return async (...given: readonly unknown[]): Promise<Result<Value, ApiProblem>> => {
      if (this.problem !== undefined) return err(this.problem);
      this.asked.push([what, ...given]);
      return ok(value);
    };
  }
}
