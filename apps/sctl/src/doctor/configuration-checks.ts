import { dirname } from "node:path";
import type { ConfigurationCheck } from "../commands/config.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** Of the configuration, what the machine is looked at for. */
export interface Places {
  readonly runFolder: string;
  readonly stateFolder: string;
  readonly looksForLxc: boolean;
  readonly socket: string | undefined;
}

/** The default folders say nothing of a server that was named and has others. */
export const unknownFolders = (server: string): Finding =>
  warning("folders", {
    text: `those of the server at ${server} are not looked at: its configuration is not known here`,
    nextStep: "name the file it was started with, --config FILE",
  });

/** The file, and where it leads. `checked` is `undefined` where the tree is too broken to say. */
export function configurationChecks(
  machine: Machine,
  checked: ConfigurationCheck | undefined,
): readonly Finding[] {
  const places = checked?.isValid === true ? placesIn(checked.configuration) : undefined;
  return [
    fileOf(checked),
    ...(places === undefined
      ? []
      : [
          folderOf(machine, {
            check: "state folder",
            path: places.stateFolder,
            mibMin: stateMibMin,
          }),
          folderOf(machine, { check: "run folder", path: places.runFolder, mibMin: runMibMin }),
          lxcOf(machine, places),
        ]),
  ];
}

function fileOf(checked: ConfigurationCheck | undefined): Finding {
  const check = "configuration";
  if (checked === undefined) {
    return problem(check, {
      text: "it cannot be judged: the server's code does not load",
      nextStep: "mend the tree first",
    });
  }
  if (checked.isValid) return ok(check, "can be used");
  const [first] = checked.faults;
  return problem(check, {
    text: `${checked.path}: ${first?.place ?? ""} ${first?.text ?? "cannot be used"}`,
    nextStep: "`./sctl config check` lists every fault",
  });
}

/** What of a valid configuration is needed; the server's package has judged it. */
export function placesIn(configuration: object): Places | undefined {
  const { runFolder, stateFolder, engines, api } = {
    api: undefined,
    runFolder: undefined,
    stateFolder: undefined,
    engines: undefined,
    ...configuration,
  };
  if (typeof runFolder !== "string" || typeof stateFolder !== "string") return undefined;
  return { runFolder, stateFolder, looksForLxc: isLxcEnabled(engines), socket: socketIn(api) };
}

function socketIn(api: unknown): string | undefined {
  if (typeof api !== "object" || api === null || !("socket" in api)) return undefined;
  return typeof api.socket === "string" ? api.socket : undefined;
}

function isLxcEnabled(engines: unknown): boolean {
  if (typeof engines !== "object" || engines === null || !("lxc" in engines)) return true;
  const { lxc } = engines;
  return typeof lxc !== "object" || lxc === null || !("enabled" in lxc) || lxc.enabled !== false;
}

/** A journal of days, settings, and a history that grows slowly. */
const stateMibMin = 100;
/** A socket, a restore list and a heartbeat. */
const runMibMin = 1;

interface Folder {
  readonly check: string;
  readonly path: string;
  readonly mibMin: number;
}

function folderOf(machine: Machine, { check, path, mibMin }: Folder): Finding {
  const isThere = machine.exists(path);
  const looked = isThere ? path : nearestParent(machine, path);
  if (!machine.may(looked, "write")) {
    const found = {
      text: `${path} cannot be written`,
      nextStep: `run as root, or check the permissions of ${looked}`,
    };
    // Whether root could is not for another user to say.
    return machine.isRoot ? problem(check, found) : warning(check, found);
  }
  const freeMib = machine.freeMib(looked);
  if (freeMib !== undefined && freeMib < mibMin) {
    return problem(check, {
      text: `${path} has ${freeMib} MiB left: nothing shrinks when it is full`,
      nextStep: `make room, at least ${mibMin} MiB`,
    });
  }
  const room = freeMib === undefined ? "" : `, ${freeMib} MiB free`;
  return ok(check, `${path}${isThere ? "" : " (made at the first start)"}${room}`);
}

/** The folder in which the missing ones would be made. */
function nearestParent(machine: Machine, path: string): string {
  const parent = dirname(path);
  return parent === path || machine.exists(parent) ? parent : nearestParent(machine, parent);
}

function lxcOf(machine: Machine, { looksForLxc }: Places): Finding {
  const check = "LXC";
  if (!looksForLxc) return ok(check, "not looked for, by the configuration");
  const isThere = machine.path.some((folder) => machine.exists(`${folder}/lxc-info`));
  if (isThere || machine.exists("/var/lib/lxc")) return ok(check, "is installed");
  return warning(check, {
    text: "is not installed: no LXC container will be found",
    nextStep: "name plain groups in engines.plain.roots, or install lxc",
  });
}
