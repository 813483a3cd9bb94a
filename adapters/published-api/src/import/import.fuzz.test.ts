import { smokeTests } from "@sc/domain/testing";
import { targets } from "./import.fuzz.ts";

smokeTests(targets, 500);
