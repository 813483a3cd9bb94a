import { smokeTests } from "@sc/domain/testing";
import { targets } from "./parse-configuration.fuzz.ts";

smokeTests(targets);
