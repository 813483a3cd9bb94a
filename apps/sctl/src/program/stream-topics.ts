import type { StreamTopic } from "@sc/contracts";

/**
 * As the contracts say, which are not loaded for it: the schemas beside them would cost every command
 * more than its question does.
 */
export const streamTopics = [
  "structures",
  "events",
  "requests",
  "changes",
  "rules",
  "settings",
] as const satisfies readonly StreamTopic[];
