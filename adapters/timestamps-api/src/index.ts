export { startTimestampsApi, type TimestampsApi } from "./start-timestamps-api.ts";
