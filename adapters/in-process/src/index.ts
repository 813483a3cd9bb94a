export { InProcessBus } from "./in-process-bus.ts";
