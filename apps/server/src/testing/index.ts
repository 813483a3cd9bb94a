export { noBrakes, ServerUnderTest, type ServerUnderTestOptions } from "./server-under-test.ts";
export { SimulatedServer } from "./simulated-server.ts";
export { until } from "./until.ts";
