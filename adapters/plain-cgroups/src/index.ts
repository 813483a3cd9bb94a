export { PlainFinder, type PlainFinderOptions } from "./plain-finder.ts";
