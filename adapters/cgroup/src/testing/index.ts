export { endOf, RealGroups, realDisk, whyNoRealGroups, whyNoUnifiedGroups } from "./real-groups.ts";
