export type { Bus, Subscription } from "./bus.ts";
export type {
  Cgroups,
  ControlGroup,
  Cpuset,
  CpuWriteOutcome,
  DiskDirection,
  DiskLimit,
  DiskUse,
  DiskWriteOutcome,
  GroupRef,
  GroupRefusal,
  MemoryReading,
  MemoryWait,
  MemoryWaitReading,
  MemWriteAnswer,
  MemWriteOutcome,
  RestoreEntry,
  RestoreStep,
  TaskReading,
  Throttling,
  WriteRefusal,
} from "./cgroup.ts";
export type { Clock, Timer, Timers } from "./clock.ts";
export type { DataDisk, DataDiskAnswer, DataDisks, DataPlace } from "./data-disks.ts";
export type {
  DocumentChange,
  DocumentFault,
  DocumentStore,
  DocumentWrite,
  LoadedDocuments,
  NotSaved,
  StaleRevision,
  StoredDocument,
  StoreUnreadable,
} from "./document-store.ts";
export type {
  ContainerFinder,
  FinderAnswer,
  FinderProblem,
  FoundContainer,
} from "./finder.ts";
export type {
  HistoryStatus,
  HistoryStore,
  HistoryUnreadable,
  RecordQuestion,
  Retention,
} from "./history-store.ts";
export type { HostReader, SocketTable } from "./host.ts";
export type { HostProbe } from "./host-probe.ts";
export type {
  ApplicationDeclaration,
  ApplicationMembership,
  ApplicationView,
  CapacityView,
  Catalogue,
  CatalogueKind,
  CatalogueResourceUpdate,
  CatalogueUpdate,
  CatalogueView,
  ContainerDeclaration,
  ContainerMembership,
  ContainerResource,
  CoreView,
  DeclaredHostView,
  DiskChange,
  DiskDeclaration,
  DiskView,
  HostDeclaration,
  MemberResourceView,
  Subject,
  SubscribedContainerView,
  UserDeclaration,
  UserView,
} from "./inbound/catalogue.ts";
export type { Counted, Counters, CountersView } from "./inbound/counters.ts";
export type { BrakeStatus, Brakes, Recommendations } from "./inbound/decisions.ts";
export type {
  ChangeOptions,
  ChangeProblem,
  DocumentChanges,
  KeptView,
  LiveChange,
} from "./inbound/document-changes.ts";
export type {
  ExperimentDraft,
  ExperimentPlace,
  ExperimentProblem,
  ExperimentReport,
  Experiments,
  ReportedResource,
  ReportQuestion,
  StoredExperiment,
  StructureReport,
} from "./inbound/experiments.ts";
export type { Heartbeats } from "./inbound/heartbeats.ts";
export type {
  AgentContainerView,
  AuditFinding,
  HostAgent,
  OwnersRefusal,
  OwnersWish,
} from "./inbound/host-agent.ts";
export type {
  ImportFile,
  ImportNote,
  ImportOptions,
  ImportRefusal,
  ImportReport,
  Imports,
} from "./inbound/imports.ts";
export type {
  LiveDocuments,
  RuleView,
  SettingsUpdate,
  SettingsView,
} from "./inbound/live-documents.ts";
export {
  type LiveStream,
  type StreamMessage,
  type StreamTopic,
  streamTopics,
} from "./inbound/live-stream.ts";
export type {
  AccountingView,
  ApiProblem,
  ChangeView,
  ContainerView,
  EventView,
  ExplainView,
  HealthProblem,
  HealthView,
  HistoryQuery,
  LimitsUpdate,
  ModePreview,
  ModeUpdate,
  Orchestration,
  PauseOutcome,
  PolicyView,
  RecommendedView,
  ReleaseReport,
  RequestView,
  ResourceView,
  SettingsOutcome,
} from "./inbound/orchestration.ts";
export type {
  OutsideReading,
  PostedPart,
  PostedPoint,
  PostedUsage,
  UsageIntake,
} from "./inbound/outside-usage.ts";
export type { CountedPoints, PostedCounters } from "./inbound/posted-counters.ts";
export type {
  ReplayQuestion,
  ReplaySideView,
  Replays,
  ReplayView,
} from "./inbound/replays.ts";
export type { UsageHistories, UsageHistoryRange } from "./inbound/usage-histories.ts";
export type { CoreShare, Journal, JournalEntry, JournalFailure } from "./journal.ts";
export type { Lease, LeaseFailure } from "./lease.ts";
export type { Log, LogFields } from "./log.ts";
export type {
  HostInterface,
  InterfaceAnswer,
  NetworkLimit,
  Networks,
  NetworkUse,
  NetworkWriteOutcome,
} from "./networks.ts";
export type { PointQueue, PointQueueStatus, QueuedBatch, SentBatch } from "./point-queue.ts";
export type { RateControl, RateControls, RateWriteOutcome } from "./rates.ts";
export type {
  ReplayFailure,
  ReplayFigures,
  ReplayRunner,
  ReplayTask,
} from "./replay-runner.ts";
export type { Predicate, RuleCompiler, RuleData, RuleProblem } from "./rule-compiler.ts";
export type { SeriesWriter, WriteAnswer } from "./series-writer.ts";
export type {
  UsageReader,
  UsageReaderAnswer,
  UsageReaderQuestion,
  UsageUnread,
} from "./usage-reader.ts";
