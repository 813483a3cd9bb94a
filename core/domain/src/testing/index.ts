export { compileForTests } from "./evaluate-rule.ts";
export { idFor, nameFor, policyFor, requestFor, settingsFor } from "./sample-data.ts";
