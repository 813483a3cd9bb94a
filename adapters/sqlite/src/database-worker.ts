/*
 * The thread of one database. It loads only what its database needs: the server waits for its documents
 * at the start, and for nothing of the history.
 */
import { parentPort, type TransferListItem, workerData } from "node:worker_threads";
import type { FromWorker, ToWorker, WorkerTask } from "./worker-link.ts";

const { kind, path }: WorkerTask = workerData;
const server =
  kind === "documents"
    ? new (await import("./documents/document-database.ts")).DocumentDatabase(path)
    : new (await import("./history/history-server.ts")).HistoryServer(path, tell);

parentPort?.on("message", (message: ToWorker<never>) => {
  if (message.id === "close") {
    server.close();
    send({ id: "closed", reply: undefined }, []);
    return;
  }
  const { reply, transfer } = server.answer(message.request);
  send({ id: message.id, reply }, transfer);
});

function tell(reply: unknown): void {
  send({ id: undefined, reply }, []);
}

function send(message: FromWorker<unknown>, transfer: readonly TransferListItem[]): void {
  parentPort?.postMessage(message, transfer);
}
