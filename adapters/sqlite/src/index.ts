export { SqliteDocumentStore } from "./documents/document-store.ts";
