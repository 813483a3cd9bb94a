import type { ImportNote } from "@sc/ports";
import type { PublishedDocument } from "../translate/published-document.ts";

/** What a key of `services_config.yml` means for our configuration; `undefined` = it has no part in it. */
type Advice = (value: unknown) => string | undefined;

const database: Advice = () => undefined;
const advices: ReadonlyMap<string, Advice> = new Map<string, Advice>([
  [
    "CONTAINER_ENGINE",
    (value) =>
      value === "lxc"
        ? "engines.lxc.enabled: true"
        : "engines.plain.roots: [the group that holds the containers' groups]",
  ],
  ["CGROUPS_VERSION", () => "nothing: the version of each controller is found"],
  ["ORCHESTRATOR_PORT", (value) => `api.listen: "127.0.0.1:${String(value)}"`],
  ["ORCHESTRATOR_URL", () => "compatibility.allow: [who asks from other hosts]"],
  ["OPENTSDB_URL", (value) => `history.outputs, when ${String(value)} should get our series`],
  ["OPENTSDB_PORT", database],
  ["ORCHESTRATOR_BASE_PATH", database],
  ["COUCHDB_URL", database],
  ["COUCHDB_PORT", database],
  ["SINGULARITY_COMMAND_ALIAS", database],
  ["LXD_KEY_PATH", database],
  ["LXD_KEY_NAME", database],
]);

export interface ServicesConfig {
  readonly configuration: readonly ImportNote[];
  readonly leftOut: readonly ImportNote[];
}

/** Nothing of it changes while we run: it is where things are, and that is for the configuration to say. */
export function readServicesConfig(file: string, values: PublishedDocument): ServicesConfig {
  const configuration: ImportNote[] = [];
  const leftOut: ImportNote[] = [];
  for (const [field, value] of Object.entries(values)) {
    const advice = advices.get(field);
    const text = advice?.(value);
    if (text !== undefined) configuration.push({ file, field, text });
    else if (advice === undefined) leftOut.push({ file, field, text: "is not known" });
    else leftOut.push({ file, field, text: "has no part here" });
  }
  return { configuration, leftOut };
}
