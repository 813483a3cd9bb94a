import { smokeTests } from "@sc/domain/testing";
import { targets } from "./restore-list.fuzz.ts";

smokeTests(targets);
