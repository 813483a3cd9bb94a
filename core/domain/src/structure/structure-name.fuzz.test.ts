import { smokeTests } from "../testing/fuzz-target.ts";
import { targets } from "./structure-name.fuzz.ts";

smokeTests(targets);
