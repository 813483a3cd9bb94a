import { smokeTests } from "@sc/domain/testing";
import { targets } from "./record-contents.fuzz.ts";

smokeTests(targets);
