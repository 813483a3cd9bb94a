import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folders = ["bin", "sbin", "dev", "etc/init.d", "proc", "root", "sys", "tmp", "var/run"];
/** The machine's own, so that its programs run inside. */
const libraries = ["lib", "usr/lib", "lib64", "usr/lib64"].filter((path) => existsSync(`/${path}`));

/**
 * What LXC's busybox template makes, but for its network: the template starts a program for each of
 * 300 links, which takes half a minute in a kernel where starting one is slow.
 */
export function makeBusyboxRoot(root: string): void {
  for (const path of [...folders, ...libraries])
    mkdirSync(join(root, path), { recursive: true, mode: 0o755 });
  const find = (): string => execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" });
  const busybox = join(root, "bin/busybox");
  copyFileSync(find().trim(), busybox);
  for (const name of execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n")) {
    if (name !== "" && name !== "busybox") symlinkSync("busybox", join(root, "bin", name));
  }
  symlinkSync("../bin/busybox", join(root, "sbin/init"));
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(root, "etc/inittab"), "console::askfirst:/bin/sh\n");
}

/** Lines of configuration that belong to it. */
export const busyboxLines: readonly string[] = [
  "lxc.signal.halt = SIGUSR1",
  "lxc.signal.reboot = SIGTERM",
  "lxc.autodev = 1",
  "lxc.pty.max = 1",
  "lxc.cap.drop = sys_module mac_admin mac_override sys_time",
  "lxc.mount.auto = cgroup:mixed proc:mixed sys:ro",
  "lxc.mount.entry = shm dev/shm tmpfs defaults,create=dir 0 0",
  ...libraries.map((path) => `lxc.mount.entry = /${path} ${path} none ro,bind 0 0`),
];
