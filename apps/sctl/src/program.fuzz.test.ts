import { smokeTests } from "@sc/domain/testing";
import { targets } from "./program.fuzz.ts";

smokeTests(targets);
