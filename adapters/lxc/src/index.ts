export { LxcFinder, type LxcFinderOptions } from "./lxc-finder.ts";
