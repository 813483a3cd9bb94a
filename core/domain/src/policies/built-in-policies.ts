import { type ByResource, byResource, rateResources, resources } from "../structure/resource.ts";
import { applicationLed } from "./application-led.ts";
import { burstQuota } from "./burst-quota.ts";
import { ioFit } from "./io-fit.ts";
import { memoryPressure } from "./memory-pressure.ts";
import { percentile } from "./percentile.ts";
import { type RunnablePolicy, runnable } from "./running-policy.ts";
import { weightOnly } from "./weight-only.ts";

/** What can be chosen beside `serverless-rules`, which is made of rules that people may change. */
export const builtInPolicies: readonly RunnablePolicy[] = [
  runnable(burstQuota()),
  runnable(weightOnly()),
  runnable(percentile("cpu")),
  runnable(memoryPressure()),
  runnable(percentile("mem")),
  ...rateResources.map((resource) => runnable(ioFit(resource))),
  ...resources.map((resource) => runnable(applicationLed(resource))),
];

/** All names that come with the product. */
export const builtInPolicyNames: ByResource<readonly string[]> = byResource((resource) => [
  "serverless-rules",
  ...builtInPolicies.filter((policy) => policy.resource === resource).map(({ name }) => name),
]);
