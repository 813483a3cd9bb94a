import { smokeTests } from "@sc/domain/testing";
import { targets } from "./cgroups.fuzz.ts";

smokeTests(targets);
