import { smokeTests } from "@sc/domain/testing";
import { targets } from "./timestamps.fuzz.ts";

smokeTests(targets);
