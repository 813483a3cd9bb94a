import { type Static, Type } from "typebox";
import { policyNamePattern } from "../config/policy-name.ts";

const closed = { additionalProperties: false };
const limit = Type.Number({ minimum: 0 });

export const boundarySchema = Type.Object(
  {
    percent: Type.Number({ minimum: 0, maximum: 100 }),
    of: Type.Enum(["max", "current"]),
  },
  closed,
);

/** What was set for one resource of one structure. */
const storedResource = Type.Object(
  {
    mode: Type.Optional(Type.Enum(["observe", "recommend", "auto"])),
    min: Type.Optional(limit),
    max: Type.Optional(limit),
    boundary: Type.Optional(boundarySchema),
    priority: Type.Optional(Type.Number()),
    policy: Type.Optional(Type.String({ pattern: policyNamePattern })),
  },
  closed,
);

/** One structure's entry; entries are checked one by one, so that one bad one spoils no other. */
export const storedStructureSchema = Type.Object(
  {
    isPaused: Type.Optional(Type.Boolean()),
    resources: Type.Optional(
      Type.Object(
        {
          cpu: Type.Optional(storedResource),
          mem: Type.Optional(storedResource),
          disk_read: Type.Optional(storedResource),
          disk_write: Type.Optional(storedResource),
          net: Type.Optional(storedResource),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type StoredStructure = Static<typeof storedStructureSchema>;
