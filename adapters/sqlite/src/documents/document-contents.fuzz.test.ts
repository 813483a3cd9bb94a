import { smokeTests } from "@sc/domain/testing";
import { targets } from "./document-contents.fuzz.ts";

smokeTests(targets);
