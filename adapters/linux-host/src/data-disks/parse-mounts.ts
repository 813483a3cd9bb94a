/** A line of /proc/PID/mountinfo. */
export interface Mount {
  /** `8:1`; of what lies on no device, or on several, the first number is 0. */
  readonly device: string;
  readonly mountPoint: string;
  readonly fileSystem: string;
  readonly source: string;
  /** Of the file system, not of the mount: `upperdir=…` of an overlay is here. */
  readonly options: readonly string[];
}

const line = /^\d+ \d+ (\d+:\d+) \S+ (\/\S*) \S+(?: [^\s-]\S*)* - (\S+) (\S*) (\S+)$/gm;

/** In the order in which they were mounted. */
export const parseMounts = (mountinfo: string): readonly Mount[] =>
  [...mountinfo.matchAll(line)].map(([, device = "", mountPoint = "", ...rest]) => {
    const [fileSystem = "", source = "", options = ""] = rest;
    return {
      device,
      mountPoint: unescaped(mountPoint),
      fileSystem,
      source: unescaped(source),
      options: options.split(",").map(unescaped),
    };
  });

/** The mount that holds a path: the deepest, and of two in one place the later, which hides the other. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let deepest: Mount | undefined;
  for (const mount of mounts) {
    if (!holds(mount.mountPoint, path)) continue;
    if (mount.mountPoint.length >= (deepest?.mountPoint.length ?? 0)) deepest = mount;
  }
  return deepest;
}

const holds = (folder: string, path: string): boolean =>
  folder === "/" || path === folder || path.startsWith(`${folder}/`);

/** The kernel writes blanks, line ends and backslashes as `\040`: bytes, of which UTF-8 is left alone. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
