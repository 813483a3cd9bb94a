export { JournalFile, type JournalFileOptions } from "./journal-file.ts";
