import type { GroupRef, GroupRefusal } from "@sc/ports";

export interface GroupGuardOptions {
  /** The groups this process is in. */
  readonly ownGroups: () => readonly string[];
  /** Whether a finder holds the group for a container: all else is left alone. */
  readonly isContainerGroup: (group: GroupRef) => boolean;
}

/** Themselves never; groups below them only when a finder owns them. */
const neverTouched = new Set([
  "/",
  "/system.slice",
  "/user.slice",
  "/machine.slice",
  "/init.scope",
]);

/** The last part of paths of those who run containers: limiting them would limit all at once. */
const engineDaemons =
  /^(docker|containerd|crio|cri-o|podman|kubelet|lxc|lxc-net|lxcfs|lxd|incus|libvirtd|snap\.lxd\.daemon)(@.*)?\.(service|socket|scope)$/;
const engineGroups = /^lxc\.(monitor|pivot)/;

const pathMaxLength = 4096;
const partMaxLength = 255;

/**
 * Decides which groups may be opened at all. Asked where groups are opened and again before each
 * write, so that no finder, order or configuration can lead a write to a group of the system.
 */
export class GroupGuard {
  readonly #options: GroupGuardOptions;

  constructor(options: GroupGuardOptions) {
    this.#options = options;
  }

  refusalOf(group: GroupRef): GroupRefusal | undefined {
    const fault = faultOfPath(group.path);
    if (fault !== undefined) return { code: "invalid-path", text: fault };
    const why = whyNeverTouched(group, this.#options);
    return why === undefined ? undefined : { code: "never-touch", text: why };
  }
}

/** Paths come from outside: they must stay below the mount whatever they hold. */
function faultOfPath(path: string): string | undefined {
  if (!path.startsWith("/")) return "a group's path begins with /";
  if (path.length > pathMaxLength) return `a group's path has at most ${pathMaxLength} characters`;
  if (path.includes("\0")) return "a group's path holds no NUL";
  if (path === "/") return undefined;
  for (const part of path.slice(1).split("/")) {
    if (part === "" || part === "." || part === "..")
      return "a group's path holds no empty part, . or ..";
    if (part.length > partMaxLength)
      return `a part of a path has at most ${partMaxLength} characters`;
  }
  return undefined;
}

function whyNeverTouched(group: GroupRef, options: GroupGuardOptions): string | undefined {
  const { path } = group;
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (neverTouched.has(path)) return `${path} is a group of the system`;
  if (engineDaemons.test(last) || engineGroups.test(last)) return `${path} belongs to an engine`;
  for (const own of options.ownGroups()) {
    if (own === path || own.startsWith(`${path}/`)) return `${path} holds this very process`;
  }
  if (!options.isContainerGroup(group))
    return `${path} is no container's and in no configured root`;
  return undefined;
}
