import { type Static, type TSchema, Type } from "typebox";
import { boundarySchema } from "../documents/structure.ts";
import { list, whenKnown } from "./values.ts";

/** Hosts, subscribed containers, applications and users, as clients declare them and are shown them. */
const closed = { additionalProperties: false };
const amount = Type.Number({
  minimum: 0,
  maximum: 1_000_000_000,
  expected: "a number from 0 to 1000000000",
});
const name = Type.String();
const runStateSchema = Type.Enum(["running", "stopped", "hdfs_downloading", "hdfs_uploading"]);
const placementSchema = Type.Enum(["shared", "pinned"]);

const ofLimited = <Schema extends TSchema>(schema: Schema) => ({
  cpu: Type.Optional(schema),
  mem: Type.Optional(schema),
  disk_read: Type.Optional(schema),
  disk_write: Type.Optional(schema),
  net: Type.Optional(schema),
});
const ofAll = <Schema extends TSchema>(schema: Schema) => ({
  ...ofLimited(schema),
  energy: Type.Optional(schema),
  disk: Type.Optional(schema),
});

const agentSchema = Type.Object(
  {
    address: Type.String({ minLength: 1, maxLength: 253, expected: "a host name or an address" }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, expected: "a port from 1 to 65535" }),
  },
  closed,
);
const capacityDeclaration = Type.Object({ max: amount, free: Type.Optional(amount) }, closed);
const diskName = Type.String({ minLength: 1, maxLength: 200, expected: "1 to 200 characters" });
const text = Type.String({ maxLength: 4096, expected: "at most 4096 characters" });
const diskDeclaration = Type.Object(
  {
    name: diskName,
    type: text,
    path: text,
    load: amount,
    read: capacityDeclaration,
    write: capacityDeclaration,
  },
  closed,
);
const disksMax = 256;
const someDisks = <Schema extends TSchema>(schema: Schema) =>
  Type.Array(schema, { maxItems: disksMax, expected: `at most ${disksMax} disks` });

export const hostDeclarationSchema = Type.Object(
  {
    agent: agentSchema,
    placement: placementSchema,
    resources: Type.Object(ofAll(capacityDeclaration), closed),
    disks: someDisks(diskDeclaration),
  },
  closed,
);
export const diskDeclarationsSchema = Type.Object({ disks: someDisks(diskDeclaration) }, closed);
export const diskChangesSchema = Type.Object(
  {
    disks: someDisks(Type.Object({ name: diskName, readMax: amount, writeMax: amount }, closed)),
  },
  closed,
);

const band = { min: amount, max: amount };
const containerResource = Type.Object(
  {
    ...band,
    current: Type.Optional(amount),
    isGuarded: Type.Boolean(),
    weight: Type.Optional(amount),
    boundary: Type.Optional(boundarySchema),
  },
  closed,
);
export const containerDeclarationSchema = Type.Object(
  {
    host: name,
    agent: agentSchema,
    isGuarded: Type.Boolean(),
    resources: Type.Object(
      { ...ofLimited(containerResource), energy: Type.Optional(containerResource) },
      closed,
    ),
    disk: Type.Optional(Type.Object({ name: diskName, path: text }, closed)),
    policy: Type.Optional(Type.String()),
  },
  closed,
);

const applicationResource = Type.Object(
  {
    ...band,
    isGuarded: Type.Boolean(),
    weight: Type.Optional(amount),
    boundary: Type.Optional(boundarySchema),
  },
  closed,
);
const userResource = Type.Object(band, closed);
const programs = Type.Object(
  {
    installScript: text,
    installFiles: text,
    runtimeFiles: text,
    outputDir: text,
    startScript: text,
    stopScript: text,
    framework: Type.Optional(text),
  },
  closed,
);
export const applicationDeclarationSchema = Type.Object(
  {
    isGuarded: Type.Boolean(),
    state: Type.Optional(runStateSchema),
    resources: Type.Object(ofAll(applicationResource), closed),
    programs,
  },
  closed,
);
export const userDeclarationSchema = Type.Object(
  {
    resources: Type.Object(ofAll(userResource), closed),
    balancingMethod: Type.Optional(text),
  },
  closed,
);

const resourceUpdate = Type.Object(
  {
    min: Type.Optional(amount),
    max: Type.Optional(amount),
    weight: Type.Optional(amount),
    current: Type.Optional(amount),
    isGuarded: Type.Optional(Type.Boolean()),
    boundaryPercent: Type.Optional(
      Type.Number({ minimum: 0, maximum: 100, expected: "a number from 0 to 100" }),
    ),
    boundaryOf: Type.Optional(Type.Enum(["max", "current"])),
  },
  closed,
);

/** Only what is named changes: one key of one resource as well as many of many. */
export const catalogueUpdateSchema = Type.Object(
  {
    isGuarded: Type.Optional(Type.Boolean()),
    state: Type.Optional(runStateSchema),
    resources: Type.Optional(Type.Object(ofAll(resourceUpdate), closed)),
  },
  closed,
);
export type CatalogueUpdate = Static<typeof catalogueUpdateSchema>;

const known = <Schema extends TSchema>(schema: Schema) => whenKnown(schema);
const number = Type.Number();
const named = { name, revision: Type.Integer() };
const capacity = Type.Object({ max: number, free: number });

const diskShown = Type.Object({
  name,
  type: Type.String(),
  path: Type.String(),
  load: number,
  read: capacity,
  write: capacity,
});
export const declaredHostViewSchema = Type.Object({
  kind: Type.Literal("host"),
  ...named,
  agent: agentSchema,
  placement: placementSchema,
  isGuarded: known(Type.Boolean()),
  state: known(runStateSchema),
  resources: Type.Object(ofAll(capacity)),
  disks: list(diskShown),
  cores: list(
    Type.Object({
      core: Type.Integer(),
      freeShares: number,
      holders: list(Type.Object({ container: name, shares: number })),
    }),
  ),
  containers: list(name),
});
export type DeclaredHost = Static<typeof declaredHostViewSchema>;

const member = Type.Object({
  min: number,
  max: number,
  isGuarded: Type.Boolean(),
  weight: known(number),
  boundary: known(boundarySchema),
  current: known(number),
  used: known(number),
  upper: known(number),
  lower: known(number),
});

const members = Type.Object(ofAll(member));

export const subscriptionViewSchema = Type.Object({
  kind: Type.Literal("container"),
  ...named,
  host: name,
  agent: agentSchema,
  isGuarded: Type.Boolean(),
  state: known(runStateSchema),
  application: known(name),
  disk: known(Type.Object({ name, path: Type.String() })),
  isRunning: Type.Boolean(),
  resources: members,
});
export type Subscription = Static<typeof subscriptionViewSchema>;

export const applicationViewSchema = Type.Object({
  kind: Type.Literal("application"),
  ...named,
  isGuarded: Type.Boolean(),
  state: runStateSchema,
  user: known(name),
  containers: list(name),
  programs,
  resources: members,
});
export type Application = Static<typeof applicationViewSchema>;

const userMember = Type.Object({
  min: number,
  max: number,
  current: known(number),
  used: known(number),
});
export const userViewSchema = Type.Object({
  kind: Type.Literal("user"),
  ...named,
  applications: list(name),
  balancingMethod: known(Type.String()),
  resources: Type.Object(ofAll(userMember)),
});
export type User = Static<typeof userViewSchema>;

/** Parts that stand in several of these. */
export const catalogueParts = {
  AgentAddress: agentSchema,
  Boundary: boundarySchema,
  Capacity: capacity,
  CapacityDeclaration: capacityDeclaration,
  Disk: diskShown,
  DiskDeclaration: diskDeclaration,
  ContainerResource: containerResource,
  ApplicationResource: applicationResource,
  UserResource: userResource,
  Programs: programs,
  ResourceUpdate: resourceUpdate,
  MemberResource: member,
  MemberResources: members,
  UserMember: userMember,
} as const;

/** What was removed, by name. */
export const removalSchema = Type.Object({ name });
export const declaredHostListSchema = Type.Object({ hosts: list(declaredHostViewSchema) });
export const subscriptionListSchema = Type.Object({ subscriptions: list(subscriptionViewSchema) });
export const applicationListSchema = Type.Object({ applications: list(applicationViewSchema) });
export const userListSchema = Type.Object({ users: list(userViewSchema) });
