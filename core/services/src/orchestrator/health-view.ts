import { type HostObservation, resources, type WallSeconds } from "@sc/domain";
import type { FinderProblem, HealthProblem, HealthView, HistoryStatus, NotSaved } from "@sc/ports";
import type { Service } from "../service-loop/service.ts";

export interface HealthInput {
  readonly host: string;
  readonly isPaused: boolean;
  /** Whether what people set could be read. */
  readonly isStateKnown: boolean;
  readonly uptimeSeconds: number;
  readonly containers: number;
  readonly inAuto: number;
  readonly services: readonly Pick<Service, "name" | "health">[];
  readonly lastBeat: (service: string) => WallSeconds | undefined;
  readonly history: HistoryStatus;
  readonly hostObservation: HostObservation;
  readonly finderProblems: readonly FinderProblem[];
  /** Set while the newest change of settings is not on the disk. */
  readonly notSaved: NotSaved | undefined;
  /** What other parts found. */
  readonly problems: readonly HealthProblem[];
}

/** Without one of these nothing is scaled; what the others do is missed later. */
const neededToScale: ReadonlySet<string> = new Set(["node-agent", "guardian", "scaler"]);

/** Worth knowing, and nothing is wrong. */
const harmless: ReadonlySet<string> = new Set(["SC_SANITY_SETTINGS_UNUSED", "SC_ROUTES_OPEN"]);

/** Degraded as soon as there is one thing an operator should look at. */
export function healthView(input: HealthInput): HealthView {
  const services = input.services.map((service) => ({
    name: service.name,
    ...service.health(),
    lastBeat: input.lastBeat(service.name),
  }));
  const problems = [
    ...services.flatMap(({ name, status, lastError }) =>
      status === "running"
        ? []
        : [
            {
              code: "SC_SERVICE_FAILING",
              text: `${name} is ${status}: ${lastError ?? "no error"}`,
              nextStep: "the log says more; the service is tried again by itself",
            },
          ],
    ),
    ...hostProblems(input.hostObservation),
    ...(input.notSaved === undefined ? [] : [problemOfState(input.notSaved)]),
    ...historyProblems(input.history),
    ...input.finderProblems.map(({ code, what, text }) => ({ code, text: `${what}: ${text}` })),
    ...input.problems,
  ];
  const isRunning = services.every(
    ({ name, status }) => !neededToScale.has(name) || status !== "stopped",
  );
  const { host, isPaused, uptimeSeconds, containers, inAuto, history } = input;
  return {
    status: problems.every(({ code }) => harmless.has(code)) ? "ok" : "degraded",
    isReady: input.isStateKnown && isRunning,
    host,
    isPaused,
    uptimeSeconds,
    containers,
    inAuto,
    services,
    history,
    problems,
  };
}

function historyProblems({ failure }: HistoryStatus): HealthView["problems"] {
  if (failure === undefined) return [];
  return [{ ...failure, nextStep: "look at the state folder; limits move without a history, too" }];
}

function hostProblems(observation: HostObservation): HealthView["problems"] {
  const { isPressed } = observation;
  const overcommitted = resources.filter((resource) => observation[resource]?.isOvercommitted);
  return [
    ...overcommitted.map((resource) => ({
      code: "SC_HOST_OVERCOMMITTED",
      text: `more ${resource} is granted than the host can give`,
    })),
    ...(isPressed ? [{ code: "SC_HOST_PRESSED", text: "the host is short of memory" }] : []),
  ];
}

const savedThen =
  "what is in force is saved then by itself, what was refused can be asked for again";
const stepsToSave: Readonly<Record<NotSaved["cause"], string>> = {
  full: `make room in the state folder: ${savedThen}`,
  locked: `another program keeps the file locked: end it: ${savedThen}`,
  other: `look at the disk and the permissions of the state folder: ${savedThen}`,
};

const problemOfState = ({ code, cause, text }: NotSaved): HealthProblem => ({
  code,
  text,
  nextStep: stepsToSave[cause],
});
