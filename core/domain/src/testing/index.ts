export { compileForTests } from "./evaluate-rule.ts";
export { FollowedRun, reasonOf } from "./follow-run.ts";
export { anyText, anyValue, kernelText, spoiled } from "./fuzz-inputs.ts";
export {
  type FuzzTarget,
  fuzzTarget,
  fuzzTargetIn,
  ServerErrorAnswered,
  seedOfRun,
  smokeTests,
} from "./fuzz-target.ts";
export {
  defaultsByRules,
  idFor,
  nameFor,
  policyFor,
  requestFor,
  resourcesFor,
  rulesOnly,
  settingsFor,
} from "./sample-data.ts";
export { presetServiceSettings } from "./service-settings.ts";
