import { documentOf } from "../../translate/structures/document-of.ts";
import { readUser } from "../bodies/user.ts";
import { granted } from "../granted.ts";
import { changing, type PublishedRoute, reading } from "../published-route.ts";
import { parameterUpdate } from "./setting-structures.ts";

export const userRoutes: readonly PublishedRoute[] = [
  reading("/user/", (_, { catalogue }) => catalogue.users().map(documentOf)),
  reading("/user/<user>", ({ parameters: { user = "" } }, { catalogue }) =>
    documentOf(granted(catalogue.find({ name: user, kinds: ["user"] }))),
  ),
  changing(
    "/user/<user>",
    async ({ parameters: { user = "" }, body }, { catalogue }) =>
      granted(await catalogue.declareUser(user, readUser(user, body))),
    { hasBody: true },
  ),
  changing(
    "/user/<user>",
    async ({ parameters: { user = "" } }, { catalogue }) =>
      granted(await catalogue.removeUser(user)),
    { method: "DELETE" },
  ),
  changing(
    "/user/clusters/<user>/<application>",
    async ({ parameters: { user = "", application = "" } }, { catalogue }) =>
      granted(await catalogue.attachApplication({ user, application })),
  ),
  changing(
    "/user/clusters/<user>/<application>",
    async ({ parameters: { user = "", application = "" } }, { catalogue }) =>
      granted(await catalogue.detachApplication({ user, application })),
    { method: "DELETE" },
  ),
  changing(
    "/user/<user>/resources/<resource>/<parameter>",
    async (question, { catalogue }) => {
      const subject = { name: question.parameters.user ?? "", kinds: ["user"] } as const;
      granted(
        await catalogue.update(
          subject,
          parameterUpdate(question, () => ["max", "min"]),
        ),
      );
    },
    { hasBody: true },
  ),
];
