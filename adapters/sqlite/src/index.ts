export { SqliteDocumentStore } from "./documents/document-store.ts";
export { SqliteHistoryStore } from "./history/history-store.ts";
