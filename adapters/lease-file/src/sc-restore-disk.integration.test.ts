import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { entryFor, RestoreFixture, read } from "./restore-fixture.ts";

const v1 = "blkio.throttle.write_bps_device";
const v2 = "io.max";

/** What the kernel's file holds, what is to be put back, and what is written, if anything. */
const rows = [
  { file: v1, holds: "8:0 5242880", back: "8:0 0", written: "8:0 0" },
  { file: v1, holds: "8:16 5242880\n8:0 1024", back: "8:0 2048", written: "8:0 2048" },
  { file: v1, holds: "8:0 5242880", back: "8:0 5242880", written: undefined },
  { file: v1, holds: "8:16 1024", back: "8:0 0", written: undefined },
  { file: v1, holds: "", back: "8:0 0", written: undefined },
  {
    file: v2,
    holds: "8:0 rbps=1024 wbps=2048 riops=max wiops=max",
    back: "8:0 wbps=max",
    written: "8:0 wbps=max",
  },
  {
    file: v2,
    holds: "8:16 rbps=1 wbps=1 riops=max wiops=max\n8:0 rbps=1024 wbps=max riops=max wiops=max",
    back: "8:0 rbps=2048",
    written: "8:0 rbps=2048",
  },
  {
    file: v2,
    holds: "8:0 rbps=1024 wbps=max riops=max wiops=max",
    back: "8:0 wbps=max",
    written: undefined,
  },
  {
    file: v2,
    holds: "8:0 rbps=1024 wbps=2048 riops=max wiops=max",
    back: "8:0 rbps=1024",
    written: undefined,
  },
  { file: v2, holds: "", back: "8:0 rbps=max", written: undefined },
] as const;

describe("sc-restore on a disk's limit", () => {
  let fixture: RestoreFixture;
  beforeEach(() => {
    fixture = new RestoreFixture();
  });
  afterEach(() => fixture.close());

  for (const { file, holds, back, written } of rows) {
    const what = written === undefined ? "leaves" : `writes ${written} over`;
    test(`${what} ${JSON.stringify(holds)} for ${back}`, () => {
      const folder = fixture.makeFolder("web", { [file]: holds });
      fixture.writeList([entryFor(folder, [[file, back]])]);
      const { status, said } = fixture.restore();
      assert.equal(status, 0, said);
      assert.equal(read(folder, file), written ?? holds);
      const counts = written === undefined ? /0 put back, 1 as/ : /1 put back, 0 as/;
      assert.match(said, counts);
    });
  }
});
