import { smokeTests } from "@sc/domain/testing";
import { targets } from "./hierarchies.fuzz.ts";

smokeTests(targets);
