export { JsonLogicRuleCompiler } from "./json-logic-rule-compiler.ts";
