import { smokeTests } from "@sc/domain/testing";
import { targets } from "./parse-proc.fuzz.ts";

smokeTests(targets);
