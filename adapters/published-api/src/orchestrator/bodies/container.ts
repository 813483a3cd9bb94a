import type { ContainerDeclaration, ContainerResource } from "@sc/ports";
import { invalid } from "../errors.ts";
import type { Fields } from "./fields.ts";
import { agentAddressIn } from "./host.ts";
import {
  type Boundaries,
  bandIn,
  boundariesIn,
  boundaryOf,
  fieldsOfResource,
  objectIn,
  requireSameName,
  resourceNameOf,
  resourcesIn,
  weightIn,
} from "./shared-parts.ts";

/** The one that rules mean something to: clients that subscribe like this change rules. */
const policy = "serverless-rules";

const keys = ["name", "host", "host_rescaler_ip", "host_rescaler_port", "guard", "subtype"];

export function readContainer(name: string, body: unknown): ContainerDeclaration {
  const whole = objectIn(body);
  whole.require(["container", "limits"]);
  const fields = whole.fields("container");
  fields.require(keys);
  requireSameName(name, fields.text("name"));
  const resources = resourcesIn(fields, "container");
  requireBandwidth(resources, name);
  const disk = diskIn(resources);
  return {
    host: fields.text("host"),
    agent: agentAddressIn(fields),
    isGuarded: fields.flag("guard"),
    resources: sentResourcesIn(resources, boundariesIn(whole)),
    ...(disk !== undefined && { disk }),
    policy,
  };
}

function requireBandwidth(resources: Fields, name: string): void {
  const hasBoth = resources.has("disk_read") && resources.has("disk_write");
  if (!resources.has("disk") || hasBoth) return;
  throw invalid(`Missing disk read or write bandwidth for structure ${name}`);
}

function diskIn(resources: Fields): ContainerDeclaration["disk"] {
  if (!resources.has("disk")) return undefined;
  const disk = fieldsOfResource(resources, "disk");
  disk.require(["name", "path"]);
  return { name: disk.text("name"), path: disk.text("path") };
}

function sentResourcesIn(
  resources: Fields,
  boundaries: Boundaries,
): ContainerDeclaration["resources"] {
  const sent = new Map<string, ContainerResource>();
  for (const key of resources.keys.filter((each) => each !== "disk")) {
    const fields = fieldsOfResource(resources, key);
    fields.require(["max", "min", "current", "guard"]);
    sent.set(resourceNameOf(key), {
      ...bandIn(fields, key),
      current: fields.number("current"),
      isGuarded: fields.flag("guard"),
      ...weightIn(fields),
      ...boundaryOf(boundaries, resourceNameOf(key)),
    });
  }
  return Object.fromEntries(sent);
}
