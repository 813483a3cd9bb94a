export type { Service, ServiceHealth } from "./service-loop/service.ts";
export {
  type HostTotals,
  type SettingsChange,
  StructureRegistry,
} from "./structure-registry/structure-registry.ts";
