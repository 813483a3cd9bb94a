import { smokeTests } from "@sc/domain/testing";
import { targets } from "./api.fuzz.ts";

smokeTests(targets, 200);
