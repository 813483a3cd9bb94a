import { smokeTests } from "@sc/domain/testing";
import { targets } from "./parse-trace.fuzz.ts";

smokeTests(targets);
