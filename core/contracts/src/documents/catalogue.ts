import { Type } from "typebox";
import { boundarySchema, storedStructureSchema } from "./structure.ts";

/** What clients declared of hosts, containers, applications and users, as it is stored. */
const closed = { additionalProperties: false };
const amount = Type.Number({ minimum: 0 });
const limit = Type.Optional(Type.Union([amount, Type.Null()]));
const isGuarded = Type.Boolean();
const name = Type.String({ minLength: 1 });
const state = Type.Enum(["running", "stopped", "hdfs_downloading", "hdfs_uploading"]);

/** Of each resource that is there. */
const ofLimited = <Schema extends ReturnType<typeof Type.Object>>(schema: Schema) => ({
  cpu: Type.Optional(schema),
  mem: Type.Optional(schema),
  disk_read: Type.Optional(schema),
  disk_write: Type.Optional(schema),
  net: Type.Optional(schema),
});
const ofCatalogued = <Schema extends ReturnType<typeof Type.Object>>(schema: Schema) =>
  Type.Object(
    { ...ofLimited(schema), energy: Type.Optional(schema), disk: Type.Optional(schema) },
    closed,
  );

const agent = Type.Object(
  { address: name, port: Type.Integer({ minimum: 1, maximum: 65_535 }) },
  closed,
);

const capacity = Type.Object({ max: amount, heldByOthers: amount }, closed);
const disk = Type.Object(
  {
    type: Type.String(),
    path: Type.String(),
    loadByOthers: amount,
    read: capacity,
    write: capacity,
  },
  closed,
);

export const declaredHostSchema = Type.Object(
  {
    agent,
    placement: Type.Enum(["shared", "pinned"]),
    resources: ofCatalogued(capacity),
    disks: Type.Record(Type.String({ minLength: 1 }), disk),
    isGuarded: Type.Optional(isGuarded),
    state: Type.Optional(state),
  },
  closed,
);

const weight = Type.Optional(amount);
const subscribed = { isGuarded, weight };
const band = { min: amount, max: amount };

/** How a subscription that was not done is undone. */
const joining = Type.Object(
  {
    settings: Type.Optional(storedStructureSchema),
    limits: Type.Object(
      {
        cpu: Type.Optional(
          Type.Object(
            {
              quotaShares: Type.Union([amount, Type.Null()]),
              burstShares: amount,
              periodMs: amount,
              weight: amount,
            },
            closed,
          ),
        ),
        mem: limit,
        disk_read: limit,
        disk_write: limit,
        net: limit,
      },
      closed,
    ),
    wanted: Type.Object(
      {
        cpu: Type.Optional(amount),
        mem: Type.Optional(amount),
        disk_read: Type.Optional(amount),
        disk_write: Type.Optional(amount),
        net: Type.Optional(amount),
      },
      closed,
    ),
  },
  closed,
);

export const subscriptionSchema = Type.Object(
  {
    host: name,
    agent,
    isGuarded,
    resources: Type.Object(ofLimited(Type.Object(subscribed, closed)), closed),
    energy: Type.Optional(
      Type.Object(
        { ...subscribed, ...band, current: amount, boundary: Type.Optional(boundarySchema) },
        closed,
      ),
    ),
    disk: Type.Optional(Type.Object({ name, path: Type.String() }, closed)),
    state: Type.Optional(state),
    joining: Type.Optional(joining),
  },
  closed,
);

const current = Type.Optional(amount);

export const applicationSchema = Type.Object(
  {
    containers: Type.Array(name),
    isGuarded,
    state,
    resources: ofCatalogued(
      Type.Object(
        { ...band, isGuarded, weight, current, boundary: Type.Optional(boundarySchema) },
        closed,
      ),
    ),
    programs: Type.Object(
      {
        installScript: Type.String(),
        installFiles: Type.String(),
        runtimeFiles: Type.String(),
        outputDir: Type.String(),
        startScript: Type.String(),
        stopScript: Type.String(),
        framework: Type.Optional(Type.String()),
      },
      closed,
    ),
  },
  closed,
);

export const userSchema = Type.Object(
  {
    applications: Type.Array(name),
    resources: ofCatalogued(Type.Object({ ...band, current }, closed)),
    balancingMethod: Type.Optional(Type.String()),
  },
  closed,
);
