export { endOf, RealGroups, whyNoRealGroups } from "./real-groups.ts";
