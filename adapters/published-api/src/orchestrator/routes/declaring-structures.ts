import { readApplication } from "../bodies/application.ts";
import { readContainer } from "../bodies/container.ts";
import { disksOfBody, readDiskChanges, readDisks, readHost } from "../bodies/host.ts";
import { granted } from "../granted.ts";
import { changing, type PublishedRoute } from "../published-route.ts";

const hasBody = { hasBody: true } as const;
const deleting = { method: "DELETE" } as const;

export const hostRoutes: readonly PublishedRoute[] = [
  changing(
    "/structure/host/<host>",
    async ({ parameters: { host = "" }, body }, { catalogue }) =>
      granted(await catalogue.declareHost(host, readHost(host, body))),
    hasBody,
  ),
  changing(
    "/structure/host/<host>",
    async ({ parameters: { host = "" } }, { catalogue }) =>
      granted(await catalogue.removeHost(host)),
    deleting,
  ),
  changing(
    "/structure/host/<host>/disks",
    async ({ parameters: { host = "" }, body }, { catalogue }) =>
      granted(await catalogue.addDisks(host, readDisks(disksOfBody(body)))),
    hasBody,
  ),
  changing(
    "/structure/host/<host>/disks",
    async ({ parameters: { host = "" }, body }, { catalogue }) =>
      granted(await catalogue.changeDisks(host, readDiskChanges(disksOfBody(body)))),
    { method: "POST", ...hasBody },
  ),
];

export const containerRoutes: readonly PublishedRoute[] = [
  changing(
    "/structure/container/<container>",
    async ({ parameters: { container = "" }, body }, { catalogue }) =>
      granted(await catalogue.subscribe(container, readContainer(container, body))),
    hasBody,
  ),
  changing(
    "/structure/container/<container>",
    async ({ parameters: { container = "" } }, { catalogue }) =>
      granted(await catalogue.desubscribe(container)),
    deleting,
  ),
  changing(
    "/structure/container/<container>/<application>",
    async ({ parameters: { container = "", application = "" } }, { catalogue }) =>
      granted(await catalogue.attachContainer({ container, application })),
  ),
  changing(
    "/structure/container/<container>/<application>",
    async ({ parameters: { container = "", application = "" } }, { catalogue }) =>
      granted(await catalogue.detachContainer({ container, application })),
    deleting,
  ),
];

export const applicationRoutes: readonly PublishedRoute[] = [
  changing(
    "/structure/apps/<application>",
    async ({ parameters: { application = "" }, body }, { catalogue }) => {
      const declaration = readApplication(application, body);
      granted(await catalogue.declareApplication(application, declaration));
    },
    hasBody,
  ),
  changing(
    "/structure/apps/<application>",
    async ({ parameters: { application = "" } }, { catalogue }) =>
      granted(await catalogue.removeApplication(application)),
    deleting,
  ),
];
