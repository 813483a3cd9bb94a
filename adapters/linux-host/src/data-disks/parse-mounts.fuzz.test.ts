import { smokeTests } from "@sc/domain/testing";
import { targets } from "./parse-mounts.fuzz.ts";

smokeTests(targets);
