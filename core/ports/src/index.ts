export type { Bus, Subscription } from "./bus.ts";
export type {
  Cgroups,
  ControlGroup,
  CpuWriteOutcome,
  GroupRef,
  GroupRefusal,
  MemWriteOutcome,
  RestoreEntry,
  RestoreStep,
  Throttling,
  WriteRefusal,
} from "./cgroup.ts";
export type { Clock, Timer, Timers } from "./clock.ts";
export type {
  ContainerFinder,
  FinderAnswer,
  FinderProblem,
  FoundContainer,
} from "./finder.ts";
export type { HostReader } from "./host.ts";
export type { BrakeStatus, Brakes } from "./inbound/decisions.ts";
export type { AgentContainerView, HostAgent } from "./inbound/host-agent.ts";
export type {
  AccountingView,
  ApiProblem,
  ChangeView,
  ContainerView,
  EventView,
  ExplainView,
  HealthView,
  HistoryQuery,
  LimitsUpdate,
  ModePreview,
  ModeUpdate,
  Orchestration,
  PauseOutcome,
  ReleaseReport,
  RequestView,
  ResourceView,
  SettingsOutcome,
} from "./inbound/orchestration.ts";
export type { Journal, JournalEntry, JournalFailure } from "./journal.ts";
export type { Lease, LeaseFailure } from "./lease.ts";
export type { Log, LogFields } from "./log.ts";
export type { Predicate, RuleCompiler, RuleData, RuleProblem } from "./rule-compiler.ts";
export {
  emptyStateDocument,
  type NotSaved,
  type StateDocument,
  type StateStore,
} from "./state-store.ts";
