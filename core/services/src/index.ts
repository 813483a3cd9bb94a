export { Guardian, type GuardianDeps } from "./guardian/guardian.ts";
export type { AgentDeps } from "./node-agent/agent-deps.ts";
export { type AgentOptions, defaultAgentOptions } from "./node-agent/agent-options.ts";
export { NodeAgent } from "./node-agent/node-agent.ts";
export { Orchestrator, type OrchestratorDeps } from "./orchestrator/orchestrator.ts";
export type { PreviewFirstLimit } from "./orchestrator/preview-mode.ts";
export { Scaler, type ScalerDeps } from "./scaler/scaler.ts";
export type { Service, ServiceHealth } from "./service-loop/service.ts";
export {
  type HostTotals,
  type SettingsChange,
  StructureRegistry,
} from "./structure-registry/structure-registry.ts";
