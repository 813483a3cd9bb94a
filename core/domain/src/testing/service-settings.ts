import type { ServiceSettings } from "../documents/service-settings.ts";
import { defaultBrakeSettings } from "../planning/brake-settings.ts";
import { resources } from "../structure/resource.ts";

/** As the configuration has them where nobody set any. */
export const presetServiceSettings: ServiceSettings = {
  "node-agent": {
    autoSeconds: 0.1,
    allSeconds: 1,
    reservePercent: 10,
    overcommit: 1,
    drift: "adopt",
    oomControl: false,
  },
  guardian: {
    isActive: true,
    windowSeconds: null,
    eventTimeoutWindows: 12,
    noDataSeconds: 30,
    guardedResources: resources,
  },
  scaler: { isActive: true, ...defaultBrakeSettings },
  "structure-snapshoter": { isActive: true, everySeconds: 1 },
  "database-snapshoter": {
    isActive: true,
    rawHours: 24,
    tenSecondDays: 7,
    minuteDays: 90,
    sizeMaxMib: 2048,
    outputSeconds: 5,
  },
  "sanity-checker": { isActive: true, everySeconds: 30 },
  refeeder: { isActive: true, silentSeconds: 5 },
};
