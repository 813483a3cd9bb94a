import { smokeTests } from "@sc/domain/testing";
import { targets } from "./parse-output.fuzz.ts";

smokeTests(targets);
