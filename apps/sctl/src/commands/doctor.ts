import { configurationChecks, placesIn, unknownFolders } from "../doctor/configuration-checks.ts";
import type { Finding } from "../doctor/finding.ts";
import { kernelChecks } from "../doctor/kernel-checks.ts";
import type { Machine } from "../doctor/machine.ts";
import { serverChecks } from "../doctor/server-checks.ts";
import { treeChecks } from "../doctor/tree-checks.ts";
import { CommandFailed } from "../errors.ts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session } from "../session.ts";
import type { ConfigurationCheck } from "./config.ts";

export interface DoctorOptions {
  readonly machine: Machine;
  /** `undefined` where the server's code does not load. */
  readonly configuration: ConfigurationCheck | undefined;
  /** The server that was named, where its configuration was not. */
  readonly server?: string | undefined;
}

/** All that an operator would check, each with what to do. Fails when there is a problem. */
export async function doctor(session: Session, options: DoctorOptions): Promise<void> {
  const { machine, configuration, server } = options;
  const configured =
    configuration?.isValid === true ? placesIn(configuration.configuration) : undefined;
  const isElsewhere = server !== undefined && server !== configured?.socket;
  const places = isElsewhere ? undefined : configured;
  const findings = [
    ...treeChecks(machine),
    ...(machine.platform === "linux" ? kernelChecks(machine) : []),
    ...(isElsewhere ? [unknownFolders(server)] : configurationChecks(machine, configuration)),
    ...(await serverChecks(machine, session.api, places)),
  ];
  const count = (wanted: Finding["status"]): number =>
    findings.filter(({ status }) => status === wanted).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  await print(session, { problems, warnings, findings }, (data) => describe(data.findings));
  if (problems > 0) {
    throw new CommandFailed("SC_PROBLEMS_FOUND", `${problems} of ${findings.length} checks failed`);
  }
}

function describe(findings: readonly Finding[]): string {
  const steps = findings.filter(({ nextStep }) => nextStep !== undefined);
  const todo = steps.map(({ check, nextStep }) => `${check}: ${nextStep}`);
  return [table(findings, columns), ...(todo.length === 0 ? [] : ["", "What to do", ...todo])].join(
    "\n",
  );
}

const columns: readonly Column<Finding>[] = [
  { title: "STATUS", text: ({ status }) => status },
  { title: "CHECK", text: ({ check }) => check },
  { title: "FOUND", text: ({ text }) => text },
];
