/* Appends to the history at the path it is given, says "ready" when all of it was taken, and lives on. */
import { setTimeout as delay } from "node:timers/promises";
import { historyReading } from "@sc/ports/testing";
import { SqliteHistoryStore } from "../history/history-store.ts";
import { keepingLog } from "./places.ts";

const store = new SqliteHistoryStore({ path: process.argv[2] ?? "", log: keepingLog().log });
for (let at = 0; at < 200; at += 1) {
  store.appendReading(historyReading(at, { web: { cpuUsedCoreSeconds: at } }));
  if (at % 50 === 0) await store.structures();
}
while (store.status().queued > 0) await delay(10);
process.stdout.write("ready\n");
setInterval(() => {}, 1000);
