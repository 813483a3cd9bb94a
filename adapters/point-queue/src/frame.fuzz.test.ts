import { smokeTests } from "@sc/domain/testing";
import { targets } from "./frame.fuzz.ts";

smokeTests(targets);
