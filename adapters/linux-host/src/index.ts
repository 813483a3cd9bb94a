export { AgentGroup, type AgentGroupOptions } from "./agent-group.ts";
export { LinuxDataDisks } from "./data-disks/linux-data-disks.ts";
export { LinuxHostReader } from "./linux-host-reader.ts";
