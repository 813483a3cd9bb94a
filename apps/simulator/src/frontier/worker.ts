/* One thread of the frontier. */
import { serveTasks } from "../serve-tasks.ts";
import { runTask } from "./run-task.ts";

serveTasks(runTask);
