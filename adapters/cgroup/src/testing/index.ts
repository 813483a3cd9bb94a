export { endOf, RealGroups, whyNoRealGroups, whyNoUnifiedGroups } from "./real-groups.ts";
