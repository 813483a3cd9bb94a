import type { AgentAddress, CataloguedResource } from "@sc/domain";
import type { DiskChange, DiskDeclaration, HostDeclaration } from "@sc/ports";
import { invalid } from "../errors.ts";
import { Fields } from "./fields.ts";
import {
  fieldsOfResource,
  objectIn,
  requireSameName,
  resourceNameOf,
  resourcesIn,
} from "./shared-parts.ts";
import { wholeNumberOf } from "./values.ts";

/** What is not free is held by others than the containers that are subscribed here. */
interface Capacity {
  readonly max: number;
  readonly free: number;
}

export function agentAddressIn(fields: Fields): AgentAddress {
  const port = wholeNumberOf(fields.value("host_rescaler_port"));
  if (port === undefined || port < 1 || port > 65_535) {
    throw invalid("'host_rescaler_port' must be a port, from 1 to 65535");
  }
  return { address: fields.text("host_rescaler_ip"), port };
}

/** The original hands cores to containers, so a host that is declared as it knows hosts is pinned. */
export function readHost(name: string, body: unknown): HostDeclaration {
  const fields = objectIn(body);
  fields.require(["name", "host", "subtype", "host_rescaler_ip", "host_rescaler_port"]);
  requireSameName(name, fields.text("name"));
  const resources = resourcesIn(fields, "host");
  const capacities = new Map<CataloguedResource, Capacity>();
  for (const key of resources.keys.filter((each) => each !== "disks")) {
    const resource = fieldsOfResource(resources, key);
    resource.require(["max", "free"]);
    capacities.set(resourceNameOf(key), capacityIn(resource, ""));
  }
  return {
    agent: agentAddressIn(fields),
    placement: "pinned",
    resources: Object.fromEntries(capacities),
    disks: resources.has("disks") ? readDisks(resources.value("disks")) : [],
  };
}

const diskKeys = ["type", "load", "path", "max_read", "free_read", "max_write", "free_write"];

/** `disks` of a body, as a host that is declared or gets more of them has it. */
export function readDisks(value: unknown): readonly DiskDeclaration[] {
  return disksIn(value).map((disk) => {
    disk.require(["name", ...diskKeys]);
    return {
      name: disk.text("name"),
      type: disk.text("type"),
      path: disk.text("path"),
      load: disk.number("load"),
      read: capacityIn(disk, "_read"),
      write: capacityIn(disk, "_write"),
    };
  });
}

function capacityIn(fields: Fields, suffix: string): Capacity {
  const [max, free] = [fields.number(`max${suffix}`), fields.number(`free${suffix}`)];
  if (free > max) throw invalid(`'free${suffix}' is more than 'max${suffix}'`);
  return { max, free };
}

export function readDiskChanges(value: unknown): readonly DiskChange[] {
  return disksIn(value).map((disk) => {
    disk.require(["name", "max_read", "max_write"]);
    return {
      name: disk.text("name"),
      readMax: disk.number("max_read"),
      writeMax: disk.number("max_write"),
    };
  });
}

/** The list of disks in the body of the routes that are about disks alone. */
export function disksOfBody(body: unknown): unknown {
  const fields = objectIn(body);
  if (!fields.has("resources")) throw invalid("Missing resource information");
  const resources = fields.fields("resources");
  if (!resources.has("disks")) throw invalid("Missing disks resource information");
  return resources.value("disks");
}

function disksIn(value: unknown): readonly Fields[] {
  if (!Array.isArray(value)) throw invalid("'disks' must be a list");
  return value.map((each) => new Fields(each, "a disk", " in disk resource information"));
}
