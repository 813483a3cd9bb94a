import { smokeTests } from "@sc/domain/testing";
import { targets } from "./parse-numbers.fuzz.ts";

smokeTests(targets);
