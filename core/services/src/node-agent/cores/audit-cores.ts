import { type CoreMap, checkCoreMap, type StructureName } from "@sc/domain";
import type { AuditFinding } from "@sc/ports";
import type { TrackedContainer } from "../tracked-container.ts";

/** Whether the core map and the kernel say the same of each container that is to have cores. */
export function auditCores(
  map: CoreMap,
  containers: readonly TrackedContainer[],
  maxOf: (name: StructureName) => number | undefined,
): readonly AuditFinding[] {
  return containers.flatMap((container) => {
    const text = differenceOf(map, container, maxOf(container.name));
    return text === undefined ? [] : [{ structure: container.name, resource: "cpu", text }];
  });
}

function differenceOf(
  map: CoreMap,
  { id, cores, group }: TrackedContainer,
  max = Number.POSITIVE_INFINITY,
): string | undefined {
  const quotaShares = group.readCpuLimit()?.quotaShares;
  // Without a limit it has no cores of its own.
  if (typeof quotaShares !== "number" || cores.hold !== undefined) return undefined;
  const applied = { container: id, cores: cores.control?.read(), quotaShares, max };
  const checked = checkCoreMap(map, applied);
  switch (checked.kind) {
    case "as-mapped":
      return undefined;
    case "held":
      return checked.reason.code === "unknown-structure" ? checked.reason.text : undefined;
    case "differs": {
      const mapped = `${checked.shares} shares on cores ${checked.cores.join(",")}`;
      return `the core map has ${mapped}, the kernel something else`;
    }
  }
}
