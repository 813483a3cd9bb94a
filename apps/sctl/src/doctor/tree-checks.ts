import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** What came with the tree, and who runs it. */
export const treeChecks = (machine: Machine): readonly Finding[] => [
  platformOf(machine),
  nodeOf(machine),
  treeOf(machine),
  rootOf(machine),
  clockOf(machine),
];

const platformOf = ({ platform }: Machine): Finding =>
  platform === "linux"
    ? ok("system", "Linux")
    : problem("system", {
        text: `${platform} has no control groups`,
        nextStep: "run the server on Linux; from here ask one with --url",
      });

function nodeOf(machine: Machine): Finding {
  const pinned = pinnedNode(machine.read(`${machine.tree}package.json`) ?? "");
  const running = machine.nodeVersion;
  if (pinned === undefined) {
    return problem("node", {
      text: "package.json does not say which Node is pinned",
      nextStep: "put the whole tree back",
    });
  }
  if (pinned === running) return ok("node", `${running}, as pinned`);
  return problem("node", {
    text: `${running} runs, ${pinned} is pinned`,
    nextStep: "start ./sctl and nothing else; `npm install --omit=dev` brings the pinned Node",
  });
}

/** The version all platforms pin. */
function pinnedNode(manifest: string): string | undefined {
  return /"node-linux-[a-z0-9]+": *"([^"]+)"/.exec(manifest)?.[1];
}

const needed = [
  { path: "packaging/sc-restore", isProgram: true },
  { path: "sctl", isProgram: true },
  { path: "apps/server/src/main.ts", isProgram: false },
  { path: "node_modules/@sc/server", isProgram: false },
  { path: "node_modules/yaml", isProgram: false },
] as const;

function treeOf(machine: Machine): Finding {
  const missing = needed
    .filter(({ path }) => !machine.exists(`${machine.tree}${path}`))
    .map(({ path }) => `${path} is missing`);
  const broken = needed
    .filter(({ path, isProgram }) => isProgram && !machine.may(`${machine.tree}${path}`, "execute"))
    .map(({ path }) => `${path} cannot be run`);
  const faults = missing.length > 0 ? missing : broken;
  if (faults.length === 0) return ok("tree", `complete in ${machine.tree}`);
  return problem("tree", {
    text: faults.join(", "),
    nextStep: "put the whole tree back, then `npm install --omit=dev`",
  });
}

const rootOf = ({ isRoot }: Machine): Finding =>
  isRoot
    ? ok("user", "root")
    : warning("user", {
        text: "not root: limits cannot be written, and some checks see less",
        nextStep: "run the server, and this, as root",
      });

const synchronized = "/run/systemd/timesync/synchronized";

/** Histories and ages are told by the clock; decisions use another that cannot be set. */
function clockOf(machine: Machine): Finding {
  const madeAt = machine.changedAt(`${machine.tree}package.json`) ?? 0;
  if (machine.now() < madeAt) {
    return warning("clock", {
      text: "it is earlier than when this tree was made: ages and histories will be wrong",
      nextStep: "set the clock, `timedatectl set-ntp true`",
    });
  }
  return ok("clock", machine.exists(synchronized) ? "synchronized" : "plausible");
}
