import { smokeTests } from "@sc/domain/testing";
import { targets } from "./sc-restore.fuzz.ts";

smokeTests(targets, 30);
