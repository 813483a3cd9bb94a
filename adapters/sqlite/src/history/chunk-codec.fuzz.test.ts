import { smokeTests } from "@sc/domain/testing";
import { targets } from "./chunk-codec.fuzz.ts";

smokeTests(targets, 200);
