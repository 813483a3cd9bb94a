export { checkModule, type ModuleCheck } from "./check-module.ts";
export type { UserPolicyEntry } from "./user-module.ts";
export { UserPolicies } from "./user-policies.ts";
export type {
  UserPolicy,
  UserPolicyCpuLimit,
  UserPolicyDecision,
  UserPolicyInput,
} from "./user-policy.ts";
