/*
 * Written with their keys in alphabetical order, so that the engine's own JSON is the published one: a
 * thousand of them are asked for at once, and again and again.
 */
import type { CataloguedResource } from "@sc/domain";
import type {
  ApplicationView,
  MemberResourceView,
  SubscribedContainerView,
  UserView,
} from "@sc/ports";
import type { PublishedDocument } from "../published-document.ts";

/** What a limit is to the original that nobody knows, or that is none. */
const noLimit = -1;

export function containerDocument(container: SubscribedContainerView): PublishedDocument {
  const { name, host, agent, isGuarded, state, disk } = container;
  return {
    guard: isGuarded,
    host,
    host_rescaler_ip: agent.address,
    host_rescaler_port: String(agent.port),
    name,
    resources: resourcesOf(
      container.resources,
      (resource) => guarded({ ...resource, current: resource.current ?? noLimit }),
      disk === undefined ? undefined : { name: disk.name, path: disk.path },
    ),
    state,
    subtype: "container",
    type: "structure",
  };
}

export function applicationDocument(application: ApplicationView): PublishedDocument {
  const { name, isGuarded, state, user, containers, programs } = application;
  return {
    containers,
    framework: programs.framework,
    guard: isGuarded,
    install_files: programs.installFiles,
    install_script: programs.installScript,
    name,
    output_dir: programs.outputDir,
    resources: resourcesOf(application.resources, guarded),
    runtime_files: programs.runtimeFiles,
    start_script: programs.startScript,
    state,
    stop_script: programs.stopScript,
    subtype: "application",
    type: "structure",
    user: user ?? null,
  };
}

export function userDocument(user: UserView): PublishedDocument {
  const { name, applications, balancingMethod } = user;
  return {
    balancing_method: balancingMethod,
    clusters: applications,
    name,
    resources: resourcesOf(user.resources, ({ current, max, min, used }) => ({
      current,
      max,
      min,
      usage: used,
    })),
    subtype: "user",
    type: "user",
  };
}

/** The part of a limits document that clients read; what nothing is known of is left out. */
export function limitsDocument({
  resources,
}: Pick<SubscribedContainerView | ApplicationView, "resources">): PublishedDocument {
  const limits: Record<string, PublishedDocument> = {};
  for (const resource of inOrder) {
    const { boundary, lower, upper } = resources[resource] ?? {};
    if (boundary === undefined) continue;
    const type = `percentage_of_${boundary.of}`;
    limits[resource] = { boundary: boundary.percent, boundary_type: type, lower, upper };
  }
  return limits;
}

const guarded = (resource: MemberResourceView): PublishedDocument => ({
  current: resource.current,
  guard: resource.isGuarded,
  max: resource.max,
  min: resource.min,
  usage: resource.used,
  weight: resource.weight,
});

/** Of the alphabet. */
const inOrder = [
  "cpu",
  "disk",
  "disk_read",
  "disk_write",
  "energy",
  "mem",
  "net",
] as const satisfies readonly CataloguedResource[];

/** The disk of a container stands among its resources. */
function resourcesOf<View>(
  views: Readonly<Partial<Record<CataloguedResource, View>>>,
  write: (view: View) => PublishedDocument,
  disk?: PublishedDocument,
): PublishedDocument {
  const documents: Record<string, PublishedDocument> = {};
  for (const resource of inOrder) {
    const view = views[resource];
    if (resource === "disk" && disk !== undefined) documents.disk = disk;
    else if (view !== undefined) documents[resource] = write(view);
  }
  return documents;
}
