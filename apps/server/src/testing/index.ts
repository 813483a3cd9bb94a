export { noBrakes, ServerUnderTest, type ServerUnderTestOptions } from "./server-under-test.ts";
export { until } from "./until.ts";
