import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Configuration } from "@sc/contracts";
import {
  byResource,
  compileRules,
  previewFirstLimit,
  rulePaths,
  type ServerlessRules,
  serverlessRules,
  sharesPerCore,
} from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JsonLogicRuleCompiler } from "@sc/json-logic";
import { AgentGroup } from "@sc/linux-host";
import { NodeClock, NodeTimers, ProcessLock } from "@sc/node-runtime";
import type { Log } from "@sc/ports";
import {
  Guardian,
  NodeAgent,
  Orchestrator,
  Scaler,
  type Service,
  StructureRegistry,
} from "@sc/services";
import { StateFile } from "@sc/state-file";
import { agentOptionsOf, brakeSettingsOf, defaultSettingsOf, rulesOf } from "./domain-options.ts";
import { ServerRefused } from "./errors.ts";
import { type HostAdapters, type HostOptions, openHost } from "./host-adapters.ts";

/** One group per run folder: two servers on one host must not move each other about. */
function agentGroupPath(runFolder: string): string {
  return `/serverless-containers-${createHash("sha256").update(resolve(runFolder)).digest("hex").slice(0, 8)}`;
}

export interface Server {
  stop(): Promise<void>;
}

/**
 * Wires everything in one process on one host. Sampling and scaling come first; the API is loaded
 * after, as it takes longer to load than a container should have to wait.
 */
export async function startServer(options: HostOptions): Promise<Server> {
  const { configuration, log } = options;
  const lock = takeLock(configuration);
  const host = openHost(options);
  const ownGroup = configuration.host.ownGroup
    ? AgentGroup.enter({
        hierarchy: host.cgroups.hierarchies.cpu,
        path: agentGroupPath(configuration.runFolder),
        log,
      })
    : undefined;
  const services = await makeServices(configuration, host, log);
  for (const service of services.inStartOrder) service.start();
  log.info("sampling", { host: host.hostReader.name, pid: process.pid });
  const api = await startApi(configuration, services.orchestrator, log);
  return {
    stop: async () => {
      await api.close();
      // Those who ask stop before the one who writes, which then puts everything back.
      for (const service of services.inStartOrder) await service.stop();
      host.journal.close();
      await host.cgroups.close();
      ownGroup?.leave();
      lock.release();
    },
  };
}

function takeLock({ runFolder }: Configuration): ProcessLock {
  mkdirSync(runFolder, { recursive: true });
  return ProcessLock.take(join(runFolder, "agent.lock"));
}

interface Services {
  readonly orchestrator: Orchestrator;
  /** The agent last: what it finds at its start must reach all others. */
  readonly inStartOrder: readonly Service[];
}

async function makeServices(
  configuration: Configuration,
  host: HostAdapters,
  log: Log,
): Promise<Services> {
  const clock = new NodeClock();
  const bus = new InProcessBus({ log });
  const store = new StateFile({ path: join(configuration.stateFolder, "state.json"), log });
  const defaults = defaultSettingsOf(configuration);
  const registry = await StructureRegistry.load({ defaults, store });
  const common = { bus, clock, log, registry };
  const rules = byResource((resource) => rulesOf(configuration, resource));
  const brakes = brakeSettingsOf(configuration);
  const policies = byResource((resource) => makePolicy(rules[resource]));
  const guardian = new Guardian({ ...common, policies: () => policies });
  const scaler = new Scaler({ ...common, brakes: () => brakes, policies: () => policies });
  const timers = new NodeTimers(clock);
  const agentOptions = agentOptionsOf(configuration);
  const agent = new NodeAgent(
    { ...common, ...host, timers, onFatal: endProcess },
    () => agentOptions,
  );
  const { cores, memMibTotal } = host.hostReader;
  const orchestrator: Orchestrator = new Orchestrator({
    ...common,
    agent,
    brakes: scaler,
    totals: { cpu: cores * sharesPerCore, mem: memMibTotal },
    services: () => [guardian, scaler, orchestrator, agent],
    previewFirstLimit: ({ resource, ...input }) =>
      previewFirstLimit({ ...input, rules: rules[resource], brakes }),
  });
  return { orchestrator, inStartOrder: [guardian, scaler, orchestrator, agent] };
}

/** What the ledger or the journal guarantees does not hold: a new process recovers, this one cannot. */
const endProcess = (error: unknown): void => {
  // From a fresh stack, where nobody catches it.
  setImmediate(() => {
    throw error;
  });
};

function makePolicy(rules: ServerlessRules): ReturnType<typeof serverlessRules> {
  const compiler = new JsonLogicRuleCompiler({ paths: rulePaths(rules.resource) });
  const compiled = compileRules(rules, (document) => compiler.compile(document));
  if (compiled.ok) return serverlessRules(compiled.value);
  const { rule, place, text } = compiled.error;
  throw new ServerRefused("SC_RULE_INVALID", `the rule ${rule} is not valid at ${place}: ${text}`);
}

async function startApi(
  { api, stateFolder }: Configuration,
  orchestration: Orchestrator,
  log: Log,
): Promise<{ close(): Promise<void> }> {
  const { loadOrCreateToken, startHttpApi } = await import("@sc/http-api");
  const token = await loadOrCreateToken(join(stateFolder, "token"));
  const { socket: socketPath, listen } = api;
  const served = await startHttpApi({ faces: { orchestration }, socketPath, listen, token, log });
  log.info("serving", { socket: socketPath, port: served.port });
  return served;
}
