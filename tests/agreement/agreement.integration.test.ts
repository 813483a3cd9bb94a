import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { JournalFile } from "@sc/journal-file";
import { LeaseFile } from "@sc/lease-file";
import { type AgentStage, agreementProperty, propertyRuns } from "@sc/simulation/testing";
import fc from "fast-check";

const log = { info: () => {}, warn: () => {}, error: () => {} };

/** What outlives a process is in files, each process opens them anew, and the kernel is simulated. */
function keepInFiles(stage: AgentStage, folder: string): void {
  const { bootId } = stage.host;
  const path = join(folder, "journal");
  const openJournal = (of: string): JournalFile => new JournalFile({ path: of, bootId, log });
  const openLease = (): LeaseFile =>
    new LeaseFile({
      runFolder: folder,
      leaseSeconds: 10,
      watcherPath: "packaging/sc-restore",
      log,
      readUptimeSeconds: () => 100 + stage.clock.monotonic(),
      // The watcher is played by the test.
      spawn: () => () => {},
    });
  stage.openJournal = () => openJournal(path);
  stage.openLease = openLease;
  stage.readList = () => openLease().recover();
  stage.readJournal = () => {
    if (!existsSync(path)) return [];
    // Opening compacts, and is not for two at a time.
    const copy = join(folder, "journal-to-look-at");
    copyFileSync(path, copy);
    const journal = openJournal(copy);
    const entries = journal.recover();
    journal.close();
    return entries;
  };
}

test("after any orders, crashes and restarts, the real journal and the real restore list agree with the kernel", async () => {
  const root = mkdtempSync(join(tmpdir(), "sc-agreement-"));
  try {
    const prepare = (stage: AgentStage): void =>
      keepInFiles(stage, mkdtempSync(join(root, "run-")));
    await fc.assert(agreementProperty(prepare), propertyRuns(20));
  } finally {
    rmSync(root, { recursive: true });
  }
});
