import { smokeTests } from "@sc/domain/testing";
import { targets } from "./disk-files.fuzz.ts";

smokeTests(targets);
