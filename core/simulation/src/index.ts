export { VirtualClock } from "./clock/virtual-clock.ts";
export {
  type Demand,
  type DemandStretch,
  hog,
  idle,
  pulses,
  steady,
} from "./demand/demand.ts";
export { type DemandPhase, PhasedDemand } from "./demand/phased-demand.ts";
export {
  type SimulatedContainer,
  SimulatedHost,
  type SimulatedHostOptions,
} from "./host/simulated-host.ts";
