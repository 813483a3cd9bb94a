export { HttpHostProbe } from "./http-host-probe.ts";
