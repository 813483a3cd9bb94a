import { smokeTests } from "@sc/domain/testing";
import { targets } from "./store-answers.fuzz.ts";

smokeTests(targets);
