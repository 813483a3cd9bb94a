import { type Resource, type RuleDocument, resources } from "@sc/domain";

/** `cpu_rescale_up` is `CpuRescaleUp` to published clients; all other rules have one name. */
const publishedNames: ReadonlyMap<string, string> = new Map(
  resources.flatMap((resource) => [
    [`${resource}_rescale_up`, `${titleOf(resource)}RescaleUp`],
    [`${resource}_rescale_down`, `${titleOf(resource)}RescaleDown`],
  ]),
);
const ownNames: ReadonlyMap<string, string> = new Map(
  [...publishedNames].map(([own, published]) => [published, own]),
);

export const publishedNameOf = (name: string): string => publishedNames.get(name) ?? name;
export const ownNameOf = (name: string): string => ownNames.get(name) ?? name;

function titleOf(resource: Resource): string {
  return resource.slice(0, 1).toUpperCase() + resource.slice(1);
}

/** What a request is called: `CpuRescaleUp`. */
export const requestNameOf = ({ resource, direction }: RuleDocument): string =>
  `${titleOf(resource)}Rescale${direction === "up" ? "Up" : "Down"}`;
