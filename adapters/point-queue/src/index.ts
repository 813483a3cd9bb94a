export { FilePointQueue } from "./file-point-queue.ts";
