export type { AgentStage } from "../node-agent/agent-fixture.ts";
export { agreementProperty } from "./agreement.ts";
export { propertyRuns } from "./property-runs.ts";
