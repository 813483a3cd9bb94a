import { smokeTests } from "@sc/domain/testing";
import { targets } from "./open-tsdb-face.fuzz.ts";

smokeTests(targets);
