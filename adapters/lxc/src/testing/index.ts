export { RealContainer, whyNoLxc } from "./real-container.ts";
