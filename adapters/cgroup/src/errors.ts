/** The host has no cgroup v1 hierarchy of a controller that is needed. */
export class CgroupHierarchyMissing extends Error {
  readonly code = "SC_CGROUP_HIERARCHY_MISSING";
  readonly controller: string;

  constructor(controller: string) {
    super(
      `no cgroup v1 hierarchy with the controller ${controller} is mounted; ` +
        "this version works on cgroup v1 and hybrid hosts (look at /proc/self/mountinfo)",
    );
    this.controller = controller;
  }
}
