import type { Configuration } from "@sc/contracts";
import type { HealthProblem } from "@sc/ports";

/** What is open is told for as long as it is, and to whom: nobody has to find it out. */
export function openDoors({
  compatibility,
  monitor,
  timestamps,
}: Pick<Configuration, "compatibility" | "monitor" | "timestamps">): readonly HealthProblem[] {
  const { agent, allow, open } = compatibility;
  const nextStep =
    "nothing, when this is meant; else close it in the configuration and start again";
  const doors = [
    {
      isOpen: open,
      key: "compatibility.open",
      what: "the published routes need no token and change limits",
      to: allow,
    },
    {
      isOpen: agent.open,
      key: "compatibility.agent.open",
      what: "the node agent's routes need no token and change limits",
      to: agent.allow,
    },
    {
      isOpen: monitor.listen !== null,
      key: "monitor.listen",
      what: "monitors need no token to post, and what they post is decided about where usage.source says so",
      to: monitor.allow,
    },
    {
      isOpen: timestamps.listen !== null,
      key: "timestamps.listen",
      what: "timestamps of experiments need no token to be read, changed and deleted, by web pages too",
      to: timestamps.allow,
    },
  ];
  return doors
    .filter(({ isOpen }) => isOpen)
    .map(({ key, what, to }) => ({
      code: "SC_ROUTES_OPEN",
      text: `${what}: for every program of ${["this host", ...to].join(", ")} (${key})`,
      nextStep,
    }));
}
