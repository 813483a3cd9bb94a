export { VirtualClock } from "./clock/virtual-clock.ts";
export type { ClusterDeps } from "./cluster/cluster.ts";
export {
  type Demand,
  type DemandStretch,
  hog,
  idle,
  pulses,
  steady,
} from "./demand/demand.ts";
export { flowing, type PoissonRequests, poissonRequests } from "./demand/generated-demand.ts";
export {
  burstInflow,
  type Inflow,
  onOffInflow,
  rampInflow,
  recordedInflow,
  stepInflow,
} from "./demand/inflow.ts";
export type { MemoryProgram } from "./demand/memory-program.ts";
export {
  cacheGrowth,
  leak,
  type MemoryShape,
  memoryStep,
  recordedMemory,
  sawTooth,
} from "./demand/memory-shape.ts";
export { type DemandPhase, PhasedDemand } from "./demand/phased-demand.ts";
export { Random } from "./demand/random.ts";
export type { CpuFigures } from "./evaluation/cpu-score.ts";
export {
  type CpuArm,
  type CpuCase,
  type EvaluatedStep,
  evaluateCpu,
} from "./evaluation/evaluate-cpu.ts";
export {
  evaluateMemory,
  type MemoryArm,
  type MemoryCase,
  memoryBandOf,
  memoryOracleOf,
} from "./evaluation/evaluate-memory.ts";
export { evaluateNeighbour } from "./evaluation/evaluate-neighbour.ts";
export type { MemoryFigures } from "./evaluation/memory-score.ts";
export { ScaledHost } from "./evaluation/scaled-host.ts";
export { type Canary, canaries } from "./faults/canaries.ts";
export { describeEvent } from "./faults/describe-event.ts";
export type { FaultPlan } from "./faults/fault-plan.ts";
export { makePlan, type PlanOptions } from "./faults/make-plan.ts";
export { type Failure, type RunResult, runPlan } from "./faults/run-plan.ts";
export { shrinkPlan, until } from "./faults/shrink-plan.ts";
export { silentLog } from "./host/forgetful-ports.ts";
export {
  type SimulatedContainer,
  SimulatedHost,
  type SimulatedHostOptions,
} from "./host/simulated-host.ts";
export { checkInvariants, invariantCheckers } from "./invariants/check-invariants.ts";
export {
  type InvariantChecker,
  type InvariantNumber,
  invariantNumbers,
  type Violation,
} from "./invariants/checker.ts";
export type {
  BrakeFacts,
  ContainerFactsNow,
  Fact,
  HostFacts,
  LimitWrite,
  Readings,
  WriteResult,
} from "./invariants/facts.ts";
export { InvariantWatch, type InvariantWatchDeps } from "./invariants/invariant-watch.ts";
export { watchedCgroups, watchedJournal } from "./invariants/watched-ports.ts";
export type { CoarseFigures } from "./peers/coarse-model.ts";
export type { Peer, PeerOracle } from "./peers/peer.ts";
export { cpuPeers, memPeers } from "./peers/published-peers.ts";
export { type PublishedTrace, publishedTable } from "./peers/published-table.ts";
export { type ReproducedRow, reproduceTable } from "./peers/reproduce-table.ts";
