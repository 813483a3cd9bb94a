import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Configuration, configurationKeys } from "@sc/contracts";
import fc from "fast-check";
import { stringify } from "yaml";
import { ConfigurationInvalid } from "./errors.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const folders = { configurationFile: "/c/config.yaml", run: "/r/sc", state: "/s/sc" };
const parse = (text: string): Configuration =>
  parseConfiguration(text, { path: "/c/config.yaml", folders });

function refusalOf(text: string): ConfigurationInvalid {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ConfigurationInvalid, String(error));
    return error;
  }
  return assert.fail(`accepted: ${text}`);
}

const defaults = parse("");

describe("the defaults", () => {
  test("are in force for whatever a file leaves out", () => {
    assert.deepEqual(parse("sampling: { allSeconds: 2 }"), {
      ...defaults,
      sampling: { autoSeconds: 0.1, allSeconds: 2 },
    });
  });

  test("are those of the design", () => {
    assert.equal(defaults.api.listen, "127.0.0.1:5000");
    assert.deepEqual(defaults.lease, { seconds: 10, onStop: "release" });
    assert.equal(defaults.brakes.learningSeconds, 300);
    assert.deepEqual(defaults.engines.plain.roots, []);
    assert.equal(defaults.defaults.cpu.mode, "observe");
  });

  test("pass their own checks when they are written out", () => {
    assert.deepEqual(parse(stringify(defaults)), defaults);
  });

  test("the socket follows the run folder, unless it is named", () => {
    assert.equal(defaults.api.socket, "/r/sc/api.sock");
    assert.equal(parse("runFolder: /elsewhere").api.socket, "/elsewhere/api.sock");
    assert.equal(parse("{ runFolder: /elsewhere, api: { socket: /x } }").api.socket, "/x");
  });

  test("a section whose keys are commented out is as good as absent", () => {
    assert.deepEqual(parse("sampling:\n  # autoSeconds: 5\nengines:\n  lxc:\n"), defaults);
  });

  test("null is a value where it means something", () => {
    assert.equal(parse("api: { listen: null }").api.listen, null);
    assert.equal(
      parse("serverlessRules: { windowSeconds: null }").serverlessRules.windowSeconds,
      null,
    );
  });
});

describe("an unknown key is refused by name, place and line", () => {
  const cases: readonly (readonly [text: string, place: string, line: number])[] = [
    ["bogus: 1", "bogus", 1],
    ["# first\nsampling:\n  autoSeconds: 1\n  autoSecond: 1", "sampling.autoSecond", 4],
    ["engines:\n  lxc:\n    enabled: true\n    name: x", "engines.lxc.name", 4],
    ["constructor: 1", "constructor", 1],
    ["__proto__: 1", "__proto__", 1],
  ];
  for (const [text, place, line] of cases) {
    test(place, () => {
      const { faults } = refusalOf(text);
      assert.deepEqual(
        faults.map((fault) => [fault.place, fault.line]),
        [[place, line]],
      );
      assert.match(faults[0]?.text ?? "", /not a known key; known here: /);
    });
  }
});

describe("a value outside its bounds is refused with the bound", () => {
  const cases: readonly (readonly [text: string, place: string, said: RegExp])[] = [
    ["sampling: { autoSeconds: 0.04 }", "sampling.autoSeconds", /is 0\.04, .* from 0\.05 to 60/],
    ["sampling: { autoSeconds: .inf }", "sampling.autoSeconds", /from 0\.05 to 60/],
    ["sampling: { autoSeconds: .nan }", "sampling.autoSeconds", /from 0\.05 to 60/],
    ['sampling: { autoSeconds: "1" }', "sampling.autoSeconds", /is "1"/],
    ["lease: { seconds: 2 }", "lease.seconds", /from 3 to 60/],
    ["lease: { onStop: stay }", "lease.onStop", /one of release, keep/],
    ["host: { reservePercent: 91 }", "host.reservePercent", /from 0 to 90/],
    ["host: { overcommit: 0 }", "host.overcommit", /from 0\.1 to 10/],
    ["host: { ownGroup: yes please }", "host.ownGroup", /true or false/],
    ["host: { maxOpenFiles: 100.5 }", "host.maxOpenFiles", /a whole number/],
    ["drift: fix", "drift", /one of adopt, repair, hold/],
    [
      "defaults: { mem: { mode: always } }",
      "defaults.mem.mode",
      /is "always", expected one of observe, recommend, auto/,
    ],
    [
      "defaults: { cpu: { policy: memory-pressure } }",
      "defaults.cpu.policy",
      /is "memory-pressure", expected one of serverless-rules, burst-quota, weight-only, perc/,
    ],
    [
      "defaults: { cpu: { policy: ../mine } }",
      "defaults.cpu.policy",
      /the name of a policy that decides about this resource/,
    ],
    ["policies: mine", "policies", /is "mine", expected a list of at most 8 groups/],
    ["policies: [mine]", "policies.0", /is "mine", expected a group of keys/],
    [
      "policies: [{ name: mine, resources: [cpu] }]",
      "policies.0.file",
      /is missing, expected an absolute path/,
    ],
    [
      "policies: [{ name: Mine, file: /m.ts, resources: [cpu] }]",
      "policies.0.name",
      /is "Mine", expected a name of small letters/,
    ],
    [
      "policies: [{ name: mine, file: m.ts, resources: [cpu] }]",
      "policies.0.file",
      /an absolute path/,
    ],
    [
      "policies: [{ name: mine, file: /m.ts, resources: [] }]",
      "policies.0.resources",
      /a list of cpu, mem/,
    ],
    [
      "policies: [{ name: mine, file: /m.ts, resources: [cpu], extra: 1 }]",
      "policies.0.extra",
      /is not a known key; known here: name, file, resources/,
    ],
    [
      "policies: [{ name: percentile, file: /m.ts, resources: [cpu] }]",
      "policies.0.name",
      /expected a name that no other policy of cpu has/,
    ],
    [
      "policies: [{ name: a, file: /m.ts, resources: [mem] }, { name: a, file: /n.ts, resources: [mem] }]",
      "policies.1.name",
      /expected a name that no other policy of mem has/,
    ],
    ["brakes: { shrinkAtOncePercent: 101 }", "brakes.shrinkAtOncePercent", /from 0 to 100/],
    ["sampling: 5", "sampling", /a group of keys/],
    ["sampling: [1]", "sampling", /a group of keys/],
    ["log: { level: }", "log.level", /is empty, expected one of debug/],
    ["runFolder: relative/path", "runFolder", /an absolute path/],
  ];
  for (const [text, place, said] of cases) {
    test(text, () => {
      const [fault, ...more] = refusalOf(text).faults;
      assert.equal(fault?.place, place);
      assert.match(fault?.text ?? "", said);
      assert.deepEqual(more, []);
    });
  }
});

test("a policy of one's own can be what decides where nobody chose", () => {
  const { policies, defaults: chosen } = parse(
    "policies: [{ name: mine, file: /m.ts, resources: [cpu] }]\ndefaults: { cpu: { policy: mine } }",
  );
  assert.deepEqual(policies, [{ name: "mine", file: "/m.ts", resources: ["cpu"] }]);
  assert.equal(chosen.cpu.policy, "mine");
});

describe("nothing listens beyond loopback", () => {
  for (const listen of ["0.0.0.0:5000", "[::]:5000", "10.0.0.1:5000", "example.org:80", ":5000"]) {
    test(`${listen} is refused`, () => {
      assert.equal(refusalOf(`api: { listen: "${listen}" }`).faults[0]?.place, "api.listen");
    });
  }
  for (const listen of ["127.0.0.1:65536", "127.0.0.1", "127.0.0.1:-1", "127.0.0.1.evil.org:1"]) {
    test(`${listen} is refused`, () => {
      assert.equal(refusalOf(`api: { listen: "${listen}" }`).faults[0]?.place, "api.listen");
    });
  }
  for (const listen of ["127.0.0.2:0", "localhost:5000", "[::1]:65535"]) {
    test(`${listen} is taken`, () => {
      assert.equal(parse(`api: { listen: "${listen}" }`).api.listen, listen);
    });
  }
});

describe("roots of plain groups", () => {
  for (const root of ["/", "my.slice", "/a/../b", "/..", "/a/./b", "/a/", "//a", "/a\\0b"]) {
    test(`${JSON.stringify(root)} is refused`, () => {
      const { faults } = refusalOf(`engines: { plain: { roots: ["${root}"] } }`);
      assert.equal(faults[0]?.place, "engines.plain.roots");
    });
  }

  test("absolute paths are taken, also with dots in names", () => {
    const roots = ["/my.slice", "/a/b..c/...d"];
    assert.deepEqual(
      parse(stringify({ engines: { plain: { roots } } })).engines.plain.roots,
      roots,
    );
  });
});

describe("keys that contradict each other", () => {
  test("more events than ever come together are refused", () => {
    const { faults } = refusalOf("serverlessRules:\n  cpu:\n    downEvents: 13");
    assert.equal(faults[0]?.place, "serverlessRules.cpu.downEvents");
    assert.equal(faults[0]?.line, 3);
    assert.match(faults[0]?.text ?? "", /at most eventTimeoutWindows \(12\)/);
  });

  test("the line is left out when the key that is wrong is a default", () => {
    const [fault] = refusalOf("serverlessRules: { eventTimeoutWindows: 5 }").faults;
    assert.equal(fault?.place, "serverlessRules.cpu.downEvents");
    assert.equal(fault?.line, undefined);
  });

  test("counts of memory are checked like those of cpu", () => {
    const places = refusalOf("serverlessRules: { mem: { upEvents: 13 } }").faults.map(
      ({ place }) => place,
    );
    assert.deepEqual(places, ["serverlessRules.mem.upEvents"]);
  });

  for (const [text, place] of [
    ["history: { rawHours: 200 }", "history.tenSecondDays"],
    ["history: { tenSecondDays: 100 }", "history.minuteDays"],
  ] as const) {
    test(`a finer reading is kept no longer than a coarser one: ${text}`, () => {
      assert.deepEqual(
        refusalOf(text).faults.map((fault) => fault.place),
        [place],
      );
    });
  }

  test("a window shorter than the sampling period is refused", () => {
    const text = "{ sampling: { autoSeconds: 1 }, serverlessRules: { windowSeconds: 0.5 } }";
    assert.equal(refusalOf(text).faults[0]?.place, "serverlessRules.windowSeconds");
  });
});

test("a socket whose path the kernel would refuse is refused, also where it follows the run folder", () => {
  const folder = `/${"r".repeat(97)}`;
  assert.equal(parse(`runFolder: ${folder}`).api.socket.length, 107);
  for (const text of [`runFolder: ${folder}r`, `api: { socket: /${"ü".repeat(54)} }`]) {
    const [fault] = refusalOf(text).faults;
    assert.equal(fault?.place, "api.socket");
    assert.match(fault?.text ?? "", /^has 10[89] bytes, expected at most 107/);
  }
});

describe("who may use the published routes", () => {
  const rows: readonly (readonly [written: string, isTaken: boolean])[] = [
    ["10.0.0.7", true],
    ["10.0.0.0/24", true],
    ["fd00::/8", true],
    ["::ffff:10.0.0.7", true],
    ["10.0.0.256", false],
    ["10.0.0.0/33", false],
    ["fd00::/129", false],
    ["fd00::1::2", false],
    ["host0", false],
    ["", false],
  ];
  for (const [written, isTaken] of rows) {
    for (const place of ["compatibility.allow", "compatibility.agent.allow"]) {
      test(`is ${isTaken ? "taken" : "refused"} as “${written}” in ${place}`, () => {
        const lists = { allow: [written] };
        const text = JSON.stringify({
          compatibility: place.includes("agent") ? { agent: lists } : lists,
        });
        if (isTaken) assert.ok(parse(text).compatibility);
        else assert.ok(refusalOf(text).faults[0]?.place.startsWith(place));
      });
    }
  }

  test("is nobody when nothing is listened at", () => {
    const text = "{ api: { listen: null }, compatibility: { open: true } }";
    assert.equal(refusalOf(text).faults[0]?.place, "api.listen");
    assert.equal(parse("{ api: { listen: null } }").compatibility.open, false);
  });
});

describe("a file that is no YAML", () => {
  const cases: readonly (readonly [what: string, text: string, line: number | undefined])[] = [
    ["broken", "a: [1", 1],
    ["with one key twice", "drift: hold\ndrift: adopt", 2],
    ["with tabs", "sampling:\n\tautoSeconds: 1", 2],
    ["with an alias of nothing", "drift: *nothing", undefined],
    ["with keys in keys, which would take minutes", "? ".repeat(500), 1],
    ["longer than anyone writes", "# more\n".repeat(20_000), undefined],
    ["of text", "hello", undefined],
  ];
  for (const [what, text, line] of cases) {
    test(`${what} is refused`, () => {
      const refusal = refusalOf(text);
      assert.equal(refusal.code, "SC_CONFIG_INVALID");
      assert.equal(refusal.faults[0]?.line, line);
    });
  }
});

test("bytes that are no text are not repeated to the terminal, and never without end", () => {
  const garbage = `[\u001b[2J\u0000${"\u0007x".repeat(1000)}`;
  for (const text of [garbage, `a: 1\n${garbage}`, `"\u001b[2J${"k".repeat(1000)}": 1`]) {
    for (const fault of refusalOf(text).faults) {
      assert.doesNotMatch(`${fault.place}${fault.text}`, /\p{Cc}/u);
      assert.ok(fault.place.length + fault.text.length < 700, fault.text);
    }
  }
});

test("all faults are told at once, each with its line", () => {
  const { message } = refusalOf("drift: x\nbogus: 1\nlease: { seconds: 1 }\nlog: { level: 1 }");
  assert.match(message, /^\/c\/config\.yaml cannot be used:\n/);
  for (const said of [
    /line 1: drift: /,
    /line 2: bogus: /,
    /line 3: lease\.seconds: /,
    /line 4: log\.level: /,
  ]) {
    assert.match(message, said);
  }
});

test("whatever a file holds, it is a configuration or a refusal that names places", () => {
  const keys = configurationKeys().flatMap(({ place }) => place.split("."));
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 5 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (written) => {
      try {
        assert.equal(typeof parse(stringify(written)).sampling.autoSeconds, "number");
      } catch (error) {
        assert.ok(error instanceof ConfigurationInvalid && error.faults.length > 0, String(error));
      }
    }),
  );
});
