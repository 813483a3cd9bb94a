import { err, ok, type Result } from "@sc/domain";
import type {
  ApiProblem,
  ApplicationView,
  Catalogue,
  CatalogueView,
  DeclaredHostView,
  Subject,
  SubscribedContainerView,
  UserView,
} from "@sc/ports";

const agent = { address: "10.0.0.7", port: 8000 };
const figures = {
  min: 50,
  max: 300,
  isGuarded: true,
  weight: undefined,
  boundary: { percent: 10, of: "max" },
  current: 100,
  used: undefined,
  upper: 70,
  lower: 40,
} as const;

export const host: DeclaredHostView = {
  kind: "host",
  name: "host1",
  revision: 3,
  agent,
  placement: "pinned",
  isGuarded: undefined,
  state: undefined,
  resources: { cpu: { max: 400, free: 300 } },
  disks: [
    {
      name: "ssd",
      type: "SSD",
      path: "/mnt/ssd",
      load: 1,
      read: { max: 400, free: 300 },
      write: { max: 200, free: 200 },
    },
  ],
  cores: [{ core: 0, freeShares: 0, holders: [{ container: "web", shares: 100 }] }],
  containers: ["web"],
};

export const container: SubscribedContainerView = {
  kind: "container",
  name: "web",
  revision: 3,
  host: "host1",
  agent,
  isGuarded: true,
  state: "running",
  application: "shop",
  disk: undefined,
  isRunning: true,
  resources: { cpu: figures, net: { ...figures, upper: undefined, lower: undefined } },
};

export const application: ApplicationView = {
  kind: "application",
  name: "shop",
  revision: 3,
  isGuarded: false,
  state: "stopped",
  user: undefined,
  containers: ["web"],
  programs: {
    installScript: "",
    installFiles: "",
    runtimeFiles: "",
    outputDir: "",
    startScript: "start.sh",
    stopScript: "",
  },
  resources: { mem: figures },
};

export const user: UserView = {
  kind: "user",
  name: "ann",
  revision: 3,
  applications: ["shop"],
  balancingMethod: "pair_swapping",
  resources: { energy: { min: 0, max: 50, current: 5, used: undefined } },
};

type Answer<View> = Promise<Result<View, ApiProblem>>;

/** Answers with one of each kind, or with the refusal it was told, and notes what it was asked. */
export class FakeCatalogue implements Catalogue {
  readonly asked: unknown[] = [];
  refusal: ApiProblem | undefined;

  hosts = () => [host];
  containers = () => [container];
  applications = () => [application];
  users = () => [user];

  find({ name, kinds }: Subject): Result<CatalogueView, ApiProblem> {
    const found = [host, container, application, user].find(
      (view) => view.name === name && kinds?.includes(view.kind) !== false,
    );
    return found === undefined
      ? err({ code: "SC_STRUCTURE_UNKNOWN", detail: `${name} not found` })
      : ok(found);
  }

  async #answer<View>(view: View, ...asked: readonly unknown[]): Answer<View> {
    this.asked.push(asked);
    return this.refusal === undefined ? ok(view) : err(this.refusal);
  }

  declareHost: Catalogue["declareHost"] = (...asked) => this.#answer(host, "declareHost", ...asked);
  removeHost: Catalogue["removeHost"] = (...asked) =>
    this.#answer(undefined, "removeHost", ...asked);
  addDisks: Catalogue["addDisks"] = (...asked) => this.#answer(host, "addDisks", ...asked);
  changeDisks: Catalogue["changeDisks"] = (...asked) => this.#answer(host, "changeDisks", ...asked);
  subscribe: Catalogue["subscribe"] = (...asked) => this.#answer(container, "subscribe", ...asked);
  desubscribe: Catalogue["desubscribe"] = (...asked) =>
    this.#answer(undefined, "desubscribe", ...asked);
  declareApplication: Catalogue["declareApplication"] = (...asked) =>
    this.#answer(application, "declareApplication", ...asked);
  removeApplication: Catalogue["removeApplication"] = (...asked) =>
    this.#answer(undefined, "removeApplication", ...asked);
  declareUser: Catalogue["declareUser"] = (...asked) => this.#answer(user, "declareUser", ...asked);
  removeUser: Catalogue["removeUser"] = (...asked) =>
    this.#answer(undefined, "removeUser", ...asked);
  attachContainer: Catalogue["attachContainer"] = (...asked) =>
    this.#answer(application, "attachContainer", ...asked);
  detachContainer: Catalogue["detachContainer"] = (...asked) =>
    this.#answer(application, "detachContainer", ...asked);
  attachApplication: Catalogue["attachApplication"] = (...asked) =>
    this.#answer(user, "attachApplication", ...asked);
  detachApplication: Catalogue["detachApplication"] = (...asked) =>
    this.#answer(user, "detachApplication", ...asked);

  async update(...asked: Parameters<Catalogue["update"]>): Answer<CatalogueView> {
    const found = this.find(asked[0]);
    return found.ok ? this.#answer(found.value, "update", ...asked) : found;
  }
}
