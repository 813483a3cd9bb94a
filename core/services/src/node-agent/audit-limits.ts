import {
  formatShares as formatNumber,
  isRateResource,
  isSameCpuLimit,
  isSameMemLimit,
  type Resource,
  resources,
  resourceUnits,
} from "@sc/domain";
import type { AuditFinding } from "@sc/ports";
import type { HostLedger } from "./host-ledger.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** The kernel keeps whole pages and microseconds. */
const rounding = 0.1;

/** Whether ledger, what is known of the limits and the kernel say the same of each container in auto. */
export function auditLimits(
  containers: readonly TrackedContainer[],
  ledger: HostLedger,
): readonly AuditFinding[] {
  return containers.flatMap((container) => [
    ...resources.flatMap((resource) => auditLedger(container, resource, ledger)),
    ...auditKernel(container),
  ]);
}

function auditLedger(
  container: TrackedContainer,
  resource: Resource,
  ledger: HostLedger,
): readonly AuditFinding[] {
  // Until a write is over the larger of two limits is granted.
  if (resource === "mem" && container.memoryWrite !== undefined) return [];
  if (isRateResource(resource) && container.rates.isWriting(resource)) return [];
  const granted = ledger.grantOf(container.id, resource);
  const limit = container.limitOf(resource);
  if (granted === undefined || typeof limit !== "number") return [];
  if (Math.abs(granted - limit) < rounding) return [];
  const unit = resourceUnits[resource];
  const text = `the ledger has ${formatNumber(granted)} ${unit}, the limit is ${formatNumber(limit)}`;
  return [{ structure: container.name, resource, text }];
}

/** Only where nothing is under way: what cannot be read now is no difference. */
function auditKernel(container: TrackedContainer): readonly AuditFinding[] {
  const findings: AuditFinding[] = [];
  const { name: structure, group, cpuLimit, memMibLimit } = container;
  const cpu = group.readCpuLimit();
  if (cpu !== undefined && cpuLimit !== undefined && !isSameCpuLimit(cpu, cpuLimit)) {
    const text = "the kernel holds another cpu limit than the one that was written or seen last";
    findings.push({ structure, resource: "cpu", text });
  }
  const mem = group.readMemMibLimit();
  const isKnown = mem !== undefined && memMibLimit !== undefined;
  if (isKnown && container.memoryWrite === undefined && !isSameMemLimit(mem, memMibLimit)) {
    const text = "the kernel holds another memory limit than the one that was written or seen last";
    findings.push({ structure, resource: "mem", text });
  }
  return findings;
}
