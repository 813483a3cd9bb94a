import { type Api, ApiError, ServerUnreachable } from "@sc/api-client";
import type { Health } from "@sc/contracts";
import { nextStepFor } from "../next-steps.ts";
import { duration } from "../output/describe-values.ts";
import type { Places } from "./configuration-checks.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** The server, when one answers; otherwise what it left behind. */
export async function serverChecks(
  machine: Machine,
  api: Api,
  places: Places | undefined,
): Promise<readonly Finding[]> {
  try {
    return healthChecks(await api.health());
  } catch (error) {
    if (error instanceof ServerUnreachable) return [silenceOf(machine, error.message, places)];
    if (!(error instanceof ApiError)) throw error;
    return [
      problem("server", {
        text: `${error.code}: ${error.message}`,
        nextStep: "check --socket and --url, and look into the server's log",
      }),
    ];
  }
}

function silenceOf(machine: Machine, message: string, places: Places | undefined): Finding {
  const holder = places && lockHolder(machine, `${places.runFolder}/agent.lock`);
  if (holder === undefined) {
    return warning("server", {
      text: `${message}; what it would say is not checked`,
      nextStep: "start it with `./sctl start`, or name another with --socket or --url",
    });
  }
  return problem("server", {
    text: `process ${holder} holds the agent's lock, and ${message}`,
    nextStep: "ask where it listens (api.socket); else stop it, which puts the first limits back",
  });
}

/** Who holds a lock on the file, as the kernel lists it: `1: POSIX ADVISORY WRITE PID DEV:INODE 0 EOF`. */
function lockHolder(machine: Machine, path: string): string | undefined {
  const inode = machine.inode(path);
  if (inode === undefined) return undefined;
  return (machine.read("/proc/locks") ?? "")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find(([, , , kind, , file]) => kind === "WRITE" && file?.endsWith(`:${inode}`))?.[4];
}

const healthChecks = (health: Health): readonly Finding[] => [
  readinessOf(health),
  servicesOf(health),
  historyOf(health),
  // What is wrong with the history was said with the rest of it.
  ...health.problems.filter(({ code }) => code !== health.history?.failure?.code).map(asFinding),
];

function readinessOf(health: Health): Finding {
  const { host, uptimeSeconds, containers, inAuto, isPaused, isReady } = health;
  if (!isReady) {
    return problem("server", {
      text: "it is not ready: nothing is measured, or what people set is not in force",
      nextStep: "`./sctl health` and the log say why",
    });
  }
  const text = `on ${host}, up ${duration(uptimeSeconds)}, ${containers} containers, ${inAuto} in auto`;
  if (!isPaused) return ok("server", text);
  return warning("server", {
    text: `${text}; everything is paused`,
    nextStep: "`./sctl resume --all` when limits may move again",
  });
}

function servicesOf({ services }: Health): Finding {
  const bad = services.filter(({ status }) => status !== "running");
  if (bad.length === 0) return ok("services", `${services.length} run`);
  return problem("services", {
    text: bad
      .map(
        ({ name, status, lastError }) => `${name} is ${status}${lastError ? `: ${lastError}` : ""}`,
      )
      .join("; "),
    nextStep: "the log says more; `./sctl settings` shows which are switched off",
  });
}

function historyOf({ history }: Health): Finding {
  const check = "history";
  if (history === undefined) {
    return warning(check, {
      text: "none is kept",
      nextStep: "set services.databaseSnapshoter.isActive, if it should be",
    });
  }
  const { failure, lostReadings, lostRecords, sizeMib } = history;
  if (failure !== undefined) {
    return problem(check, {
      text: `${failure.code}: ${failure.text}`,
      nextStep: nextStepFor(failure.code),
    });
  }
  if (lostReadings + lostRecords > 0) {
    return warning(check, {
      text: `${lostReadings} readings and ${lostRecords} records were lost since the start`,
      nextStep: "give the disk of the state folder room and time",
    });
  }
  const size = sizeMib === undefined ? "" : `, ${Math.round(sizeMib)} MiB`;
  return ok(check, `nothing lost${size}`);
}

/** Findings of the sanity checker and open doors are advice; the others say what does not work. */
function asFinding({ code, text, nextStep, structure }: Health["problems"][number]): Finding {
  const found = {
    text: structure === undefined ? text : `${structure}: ${text}`,
    nextStep: nextStep ?? nextStepFor(code),
  };
  const isAdvice = code.startsWith("SC_SANITY_") || code === "SC_ROUTES_OPEN";
  return isAdvice ? warning(code, found) : problem(code, found);
}
