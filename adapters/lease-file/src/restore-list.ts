import { err, ok, type Result } from "@sc/domain";
import type { LeaseFailure, RestoreEntry, RestoreStep } from "@sc/ports";

/*
 * The restore list, as `packaging/sc-restore` reads it: lines, because a shell must read them when
 * nothing else works. Paths stand whole and may hold spaces, so a tab ends them.
 *
 *     serverless-containers restore list 1
 *     boot 6c0e…
 *     group 14059 /sys/fs/cgroup/cpu/lxc.payload.web
 *     set /sys/fs/cgroup/cpu/lxc.payload.web/cpu.cfs_burst_us<tab>0
 */
const heading = "serverless-containers restore list 1";

/** The lines of one container; fails on what a line cannot hold or the script would not write. */
export function formatRestoreEntry(entry: RestoreEntry): Result<string, LeaseFailure> {
  const { inode, folder, steps } = entry;
  if (!/^\d+$/.test(inode))
    return unwritable(`the identity ${JSON.stringify(inode)} is not an inode`);
  if (!isPlainPath(folder))
    return unwritable(`the folder ${JSON.stringify(folder)} cannot be listed`);
  const lines = [`group ${inode} ${folder}\n`];
  for (const { file, value } of steps) {
    if (!isFileOf(folder, file))
      return unwritable(`${JSON.stringify(file)} is not a file of the folder ${folder}`);
    if (!isPlainValue(value))
      return unwritable(`the value ${JSON.stringify(value)} for ${file} cannot be listed`);
    lines.push(`set ${file}\t${value}\n`);
  }
  return ok(lines.join(""));
}

export const formatRestoreList = (bootId: string, entries: Iterable<string>): string =>
  `${heading}\nboot ${bootId}\n${[...entries].join("")}`;

/** What the list holds of this boot. Lines that make no sense are left out, as the script does. */
export function parseRestoreList(text: string, bootId: string): readonly RestoreEntry[] {
  // What follows the last line end is a line cut off: it may be half a number.
  const lines = text.split("\n").slice(0, -1);
  const entries: OpenEntry[] = [];
  let boot: string | undefined;
  let entry: OpenEntry | undefined;
  for (const line of lines) {
    if (line.startsWith("boot ")) {
      boot = line.slice("boot ".length);
      entry = undefined;
    } else if (line.startsWith("group ")) {
      entry = boot === bootId ? parseGroup(line) : undefined;
      if (entry !== undefined) entries.push(entry);
    } else if (entry !== undefined) {
      addStep(entry, line);
    }
  }
  return entries.map((each) => ({ resource: resourceOf(each), ...each }));
}

const knownLine = /^(boot \S+|group \d+ \/.*|set \/[^\t]*\t.+)$/;

/** Lines that no server writes; one that is cut off at the end is one of them. */
export function countBadLines(text: string): number {
  const lines = text.split("\n");
  const cutOff = lines.pop() === "" ? 0 : 1;
  return cutOff + lines.filter((line) => line !== heading && !knownLine.test(line)).length;
}

type OpenEntry = Omit<RestoreEntry, "resource" | "steps"> & { readonly steps: RestoreStep[] };

/** The script need not know, so the list does not say; the kernel's files are named after it. */
function resourceOf({ folder, steps }: OpenEntry): RestoreEntry["resource"] {
  const [first] = steps;
  const name = first?.file.slice(folder.length + 1) ?? "";
  if (folder.startsWith("/sys/class/net/")) return "net";
  if (name.startsWith("memory.")) return "mem";
  if (name.startsWith("cpuset.")) return "cores";
  if (name.startsWith("blkio.throttle.read") || first?.value.includes(" rbps=")) return "disk_read";
  if (name.startsWith("blkio.throttle.write") || first?.value.includes(" wbps="))
    return "disk_write";
  return "cpu";
}

function parseGroup(line: string): OpenEntry | undefined {
  const match = /^group (\d+) (\/.*)$/.exec(line);
  const [, inode, folder] = match ?? [];
  if (inode === undefined || folder === undefined) return undefined;
  return { inode, folder, steps: [] };
}

function addStep(entry: OpenEntry, line: string): void {
  const match = /^set (\/[^\t]*)\t(.+)$/.exec(line);
  const [, file, value] = match ?? [];
  if (file === undefined || value === undefined || !isFileOf(entry.folder, file)) return;
  entry.steps.push({ file, value });
}

/** Lies in the folder itself, so that no path leads out of it. */
function isFileOf(folder: string, file: string): boolean {
  if (!isPlainPath(file) || !file.startsWith(`${folder}/`)) return false;
  const name = file.slice(folder.length + 1);
  return name !== "" && name !== "." && name !== ".." && !name.includes("/");
}

const isPlainPath = (path: string): boolean => path.startsWith("/") && isPlainValue(path);

/**
 * One line's worth: not empty, and without control characters (line ends and tabs among them), the line
 * ends of Unicode, and halves of characters, which no file can hold.
 */
const isPlainValue = (value: string): boolean => /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u.test(value);

const unwritable = (text: string) => err({ code: "SC_LEASE_UNWRITABLE" as const, text });
