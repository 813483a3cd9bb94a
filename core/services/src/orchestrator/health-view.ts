import { type HostObservation, resources } from "@sc/domain";
import type { FinderProblem, HealthView, NotSaved } from "@sc/ports";
import type { Service } from "../service-loop/service.ts";

export interface HealthInput {
  readonly host: string;
  readonly isPaused: boolean;
  readonly uptimeSeconds: number;
  readonly containers: number;
  readonly inAuto: number;
  readonly services: readonly Service[];
  readonly hostObservation: HostObservation;
  readonly finderProblems: readonly FinderProblem[];
  /** Set while the newest change of settings is not on the disk. */
  readonly notSaved: NotSaved | undefined;
}

/** Degraded as soon as there is one thing an operator should look at. */
export function healthView(input: HealthInput): HealthView {
  const services = input.services.map((service) => ({ name: service.name, ...service.health() }));
  const problems = [
    ...services.flatMap(({ name, status, lastError }) =>
      status === "running"
        ? []
        : [
            {
              code: "SC_SERVICE_FAILING",
              text: `${name} is ${status}: ${lastError ?? "no error"}`,
            },
          ],
    ),
    ...hostProblems(input.hostObservation),
    ...(input.notSaved === undefined ? [] : [input.notSaved]),
    ...input.finderProblems.map(({ code, what, text }) => ({ code, text: `${what}: ${text}` })),
  ];
  const { host, isPaused, uptimeSeconds, containers, inAuto } = input;
  return {
    status: problems.length === 0 ? "ok" : "degraded",
    isReady: services.every(({ status }) => status !== "stopped"),
    host,
    isPaused,
    uptimeSeconds,
    containers,
    inAuto,
    services,
    history: undefined,
    problems,
  };
}

function hostProblems(observation: HostObservation): HealthView["problems"] {
  const { isPressed } = observation;
  const overcommitted = resources.filter((resource) => observation[resource].isOvercommitted);
  return [
    ...overcommitted.map((resource) => ({
      code: "SC_HOST_OVERCOMMITTED",
      text: `more ${resource} is granted than the host can give`,
    })),
    ...(isPressed ? [{ code: "SC_HOST_PRESSED", text: "the host is short of memory" }] : []),
  ];
}
