import type { ApplicationDeclaration } from "@sc/ports";
import type { Fields } from "./fields.ts";
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
  runStateOf,
  weightIn,
} from "./shared-parts.ts";

const programKeys = [
  "install_script",
  "install_files",
  "runtime_files",
  "output_dir",
  "start_script",
  "stop_script",
];

export function readApplication(name: string, body: unknown): ApplicationDeclaration {
  const whole = objectIn(body);
  whole.require(["app", "limits"]);
  const fields = whole.fields("app");
  fields.require(["name", "guard", "subtype", ...programKeys]);
  requireSameName(name, fields.text("name"));
  const resources = resourcesIn(fields, "application");
  return {
    isGuarded: fields.flag("guard"),
    ...(fields.has("state") && { state: runStateOf(fields.text("state")) }),
    resources: sentResourcesIn(resources, boundariesIn(whole)),
    programs: {
      installScript: fields.text("install_script"),
      installFiles: fields.text("install_files"),
      runtimeFiles: fields.text("runtime_files"),
      outputDir: fields.text("output_dir"),
      startScript: fields.text("start_script"),
      stopScript: fields.text("stop_script"),
      ...(fields.has("framework") && { framework: fields.text("framework") }),
    },
  };
}

const sentResourcesIn = (
  resources: Fields,
  boundaries: Boundaries,
): ApplicationDeclaration["resources"] =>
  Object.fromEntries(
    resources.keys.map((key) => {
      const fields = fieldsOfResource(resources, key);
      fields.require(["max", "min", "guard"]);
      const name = resourceNameOf(key);
      const sent = {
        ...bandIn(fields, key),
        isGuarded: fields.flag("guard"),
        ...weightIn(fields),
        ...boundaryOf(boundaries, name),
      };
      return [name, sent];
    }),
  );
