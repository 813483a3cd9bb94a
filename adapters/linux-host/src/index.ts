export { AgentGroup, type AgentGroupOptions } from "./agent-group.ts";
export { LinuxHostReader } from "./linux-host-reader.ts";
