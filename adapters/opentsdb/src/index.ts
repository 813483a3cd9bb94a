export { type OpenTsdbFace, type OpenTsdbFaceOptions, openTsdbFace } from "./open-tsdb-face.ts";
