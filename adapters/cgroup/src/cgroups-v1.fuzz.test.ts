import { smokeTests } from "@sc/domain/testing";
import { targets } from "./cgroups-v1.fuzz.ts";

smokeTests(targets);
