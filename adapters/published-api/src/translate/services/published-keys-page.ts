import { type PublishedKey, publishedServices, takesAnyKey } from "./published-keys.ts";

/** The table of the reference page. */
export function publishedKeysTable(): string {
  const rows = publishedServices.flatMap((service) =>
    service.keys.map((key) => {
      const [preset, expected] = [presetOf(key), key.values.expected];
      return `| ${service.name} | \`${key.name}\` | ${expected} | ${preset} | ${key.effect} |`;
    }),
  );
  const any = publishedServices.filter(takesAnyKey).map(({ name }) => name);
  return [
    "| service | key | takes | default | effect |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `Any other key of ${any.join(", ")} is kept as well.`,
  ].join("\n");
}

/** What is a setting of ours has the default of the configuration. */
const presetOf = ({ preset }: PublishedKey): string =>
  preset === undefined ? "–" : `\`${JSON.stringify(preset)}\``;
