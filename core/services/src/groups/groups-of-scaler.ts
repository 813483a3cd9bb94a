import type { ScalerGroups } from "../scaler/scaler-groups.ts";
import type { GroupBook } from "./group-book.ts";
import type { Refeeder } from "./refeeder.ts";
import { shareRequest } from "./share-request.ts";
import { siblingsThatGive } from "./siblings-that-give.ts";

export const groupsOfScaler = (groups: GroupBook, refeeder: Refeeder): ScalerGroups => ({
  get isEmpty() {
    return groups.isEmpty;
  },
  containersOf: (application) => groups.applications.get(application)?.containers ?? [],
  give: (requests, heldBy) => siblingsThatGive(requests, { groups, refeeder }, heldBy),
  share: (request) => shareRequest(request, { groups, refeeder }),
  budgetsOf: (container, resource) => groups.budgetsOf(container, resource),
});
