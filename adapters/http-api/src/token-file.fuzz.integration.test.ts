import { smokeTests } from "@sc/domain/testing";
import { targets } from "./token-file.fuzz.ts";

smokeTests(targets);
