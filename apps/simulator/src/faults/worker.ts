/* One thread of the faults. */
import { serveTasks } from "../serve-tasks.ts";
import { runSeed } from "./run-seed.ts";

serveTasks(runSeed);
