export { TrafficControl, type TrafficControlOptions } from "./traffic-control.ts";
