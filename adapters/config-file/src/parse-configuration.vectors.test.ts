/*
 * The published vectors of configuration, by their sections, as keys of our file. Where ours
 * differs, the title says what is ours and why.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConfigurationInvalid } from "./errors.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const folders = { configurationFile: "/c/config.yaml", run: "/r/sc", state: "/s/sc" };

/** The keys that are refused; none = the text is taken. */
function refusedKeys(text: string): readonly string[] {
  try {
    parseConfiguration(text, { path: "/c/config.yaml", folders });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationInvalid, String(error));
    return error.faults.map(({ place }) => place);
  }
}

interface Row {
  readonly vector: string;
  readonly ours?: string;
  readonly text: string;
  readonly refused: readonly string[];
}

const windowKey = "serverlessRules.windowSeconds";
const downKeys = ["cpu", "mem", "disk_read", "disk_write", "net"].map(
  (resource) => `serverlessRules.${resource}.downEvents`,
);
const publishedEvents = "cpu: { upEvents: 2, downEvents: 6 }, mem: { upEvents: 2, downEvents: 8 }";

const rows: readonly Row[] = [
  {
    vector: "5.10: WINDOW_TIMELAPSE 4",
    ours: "valid, because a window may be as short as a sample",
    text: "serverlessRules: { windowSeconds: 4 }",
    refused: [],
  },
  {
    vector: "5.10: WINDOW_TIMELAPSE too short",
    text: "serverlessRules: { windowSeconds: 0.04 }",
    refused: [windowKey],
  },
  {
    vector: "5.10: WINDOW_TIMELAPSE shorter than the samples it is made of",
    text: "{ sampling: { autoSeconds: 5 }, serverlessRules: { windowSeconds: 4 } }",
    refused: [windowKey],
  },
  {
    vector: '5.10: WINDOW_TIMELAPSE "abc"',
    text: "serverlessRules: { windowSeconds: abc }",
    refused: [windowKey],
  },
  {
    vector: "5.10: WINDOW_TIMELAPSE null",
    ours: "valid, because it is written for the sampling period",
    text: "serverlessRules: { windowSeconds: null }",
    refused: [],
  },
  {
    vector: "5.10: WINDOW_TIMELAPSE 5",
    text: "serverlessRules: { windowSeconds: 5 }",
    refused: [],
  },
  {
    vector: "5.10: WINDOW_DELAY 4",
    ours: "unknown, because no database lags behind that would be waited for",
    text: "serverlessRules: { delaySeconds: 4 }",
    refused: ["serverlessRules.delaySeconds"],
  },
  {
    vector: "5.10: EVENT_TIMEOUT 4",
    ours: "in windows, and refused, because the 6 events of a shrink never come together",
    text: "serverlessRules: { eventTimeoutWindows: 4 }",
    refused: downKeys,
  },
  {
    vector: "5.10: EVENT_TIMEOUT 40 with windows of 10 s and 6 or 8 events, the published defaults",
    ours: "refused, because such a rule never fires",
    text: `serverlessRules: { windowSeconds: 10, eventTimeoutWindows: 4, ${publishedEvents} }`,
    refused: downKeys,
  },
  {
    vector: "5.10: the published seed: 10 s, 12 windows, 2 up and 6 or 8 down events",
    text: `serverlessRules: { windowSeconds: 10, eventTimeoutWindows: 12, ${publishedEvents} }`,
    refused: [],
  },
  {
    vector: '5.10: GUARDABLE_RESOURCES ["cpu", "disk"]',
    ours: "a mode per resource, because each is decided by its own",
    text: "defaults: { cpu: { mode: auto }, disk: { mode: auto } }",
    refused: ["defaults.disk"],
  },
  {
    vector: '5.10: GUARDABLE_RESOURCES "cpu"',
    text: "defaults: cpu",
    refused: ["defaults"],
  },
  {
    vector: "5.10: STRUCTURE_GUARDED host or user",
    ours: "unknown, because only containers are guarded so far",
    text: "structureGuarded: user",
    refused: ["structureGuarded"],
  },
  {
    vector: "5.10: POLLING_FREQUENCY 3",
    ours: "valid, because nothing polls but the sampler, down to 0.05 s",
    text: "sampling: { autoSeconds: 3 }",
    refused: [],
  },
  {
    vector: "5.10: unknown keys are ignored",
    ours: "refused, because a key that was mistyped must not pass for its default",
    text: "windowTimelapse: 10",
    refused: ["windowTimelapse"],
  },
  {
    vector: "5.2: a boundary of 101",
    ours: "refused where it is written, because at a decision it is too late",
    text: "defaults: { cpu: { boundaryPercent: 101 } }",
    refused: ["defaults.cpu.boundaryPercent"],
  },
  {
    vector: "5.2: a boundary of -1",
    text: "defaults: { cpu: { boundaryPercent: -1 } }",
    refused: ["defaults.cpu.boundaryPercent"],
  },
  {
    vector: "5.2: a boundary of 12.5, published never in order",
    ours: "valid, because there is one formula",
    text: "defaults: { cpu: { boundaryPercent: 12.5 } }",
    refused: [],
  },
  {
    vector: '5.2: a boundary of type "absolute"',
    text: "defaults: { cpu: { boundaryOf: absolute } }",
    refused: ["defaults.cpu.boundaryOf"],
  },
  {
    vector: '5.2: min "n/a"',
    text: "defaults: { cpu: { min: n/a } }",
    refused: ["defaults.cpu.min"],
  },
  {
    vector: "5.2: min null",
    text: "defaults: { cpu: { min: null } }",
    refused: ["defaults.cpu.min"],
  },
];

describe("published vectors of the configuration", () => {
  for (const { vector, ours, text, refused } of rows) {
    const said = ours === undefined ? "" : `; ours: ${ours}`;
    const verdict = refused.length === 0 ? "valid" : "refused";
    test(`${vector}: ${verdict}${said}`, () => {
      assert.deepEqual(refusedKeys(text), refused);
    });
  }
});
