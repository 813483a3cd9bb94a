export { AddressList } from "./access/address-list.ts";
export { refusePeer } from "./access/refuse-peer.ts";
export { PublishedImport } from "./import/published-import.ts";
export { type NodeRescaler, nodeRescaler } from "./node-rescaler/node-rescaler.ts";
export { EnergyNotes } from "./node-rescaler/rescaler-faces.ts";
export {
  type PublishedOrchestrator,
  publishedOrchestrator,
} from "./orchestrator/published-orchestrator.ts";
export { publishedRoutes } from "./orchestrator/routes.ts";
export { SanityLog } from "./sanity-log/sanity-log.ts";
export { LiveRules } from "./translate/rules/live-rules.ts";
export { LiveServices } from "./translate/services/live-services.ts";
