import { realContainerSuite } from "./real-container-suite.ts";

realContainerSuite();
