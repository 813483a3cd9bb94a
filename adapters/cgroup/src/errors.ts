/** The host has no hierarchy with a controller that is needed. */
export class CgroupHierarchyMissing extends Error {
  readonly code = "SC_CGROUP_HIERARCHY_MISSING";
  readonly controller: string;

  constructor(controller: string, unified: string | undefined) {
    super(
      `no cgroup hierarchy has the controller ${controller}, of v1 or v2: ${nextStep(controller, unified)}`,
    );
    this.controller = controller;
  }
}

function nextStep(controller: string, unified: string | undefined): string {
  if (controller === "cpuacct") return "mount it beside cpu (mount -t cgroup -o cpuacct …)";
  if (unified === undefined) return "mount v2 (mount -t cgroup2 cgroup2 /sys/fs/cgroup)";
  return (
    `${unified}/cgroup.controllers does not list it; ` +
    "look for cgroup_disable= in /proc/cmdline, and in a container let its engine delegate it"
  );
}
