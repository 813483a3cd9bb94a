export { AddressList } from "./access/address-list.ts";
export {
  type PublishedOrchestrator,
  publishedOrchestrator,
} from "./orchestrator/published-orchestrator.ts";
