/*
 * Who may import whom: the table of ARCHITECTURE.md as rules on paths. `tools/canary.test.ts` breaks
 * each rule once, so that a rule that has gone blind is found out.
 */
const { default: Visitor } = require("@swc/core/Visitor.js");

// The parser's visitor does not know `using` yet and would stop at it.
const visitStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function (node) {
  if (node.type !== "UsingDeclaration") return visitStatement.call(this, node);
  node.decls = this.visitVariableDeclarators(node.decls);
  return node;
};

const ours = "^(core|adapters|apps|tests|bench|tools)/";
const anyTest = "(\\.test|\\.fuzz|-suite|-fixture)\\.ts$|/src/testing/";
const testTools = "^(node:)?(test|assert)(/|$)|(^|/)node_modules/fast-check/";

/** Core folders import what is named and nothing else: no platform, no packages. */
const onlyImports = (folder, allowed, comment) => ({
  name: `${folder.replace("core/", "")}-imports`,
  comment,
  severity: "error",
  from: { path: `^${folder}/` },
  to: { pathNot: [`^${folder}/`, testTools, ...allowed] },
});

/** The outer folders may use the platform and packages; of ours they import what is named. */
const ofOursOnlyImports = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^${folder}/` },
  to: { path: ours, pathNot: [`^${folder}/`, ...allowed] },
});

module.exports = {
  forbidden: [
    onlyImports(
      "core/domain",
      [],
      "The domain is pure and imports only itself. Take what you need as an argument, or move the " +
        "code to a service or an adapter.",
    ),
    onlyImports(
      "core/contracts",
      ["(^|/)node_modules/typebox/"],
      "Contracts are the outside's language and import only typebox. Translate to domain types in " +
        "the adapter that uses them.",
    ),
    onlyImports(
      "core/ports",
      ["^core/domain/"],
      "A port says what the core needs and imports only the domain. Put the implementation into an " +
        "adapter.",
    ),
    onlyImports(
      "core/services",
      ["^core/(domain|ports)/"],
      "Services know the domain and ports. Describe what you need from the world as a port and let " +
        "apps/server hand it in.",
    ),
    onlyImports(
      "core/simulation",
      ["^core/(domain|ports|services)/"],
      "The simulation runs the real services under virtual time. Describe what else it needs as a " +
        "port.",
    ),
    {
      name: "adapters-not-each-other",
      comment:
        "An adapter reaches one technology and knows no other adapter. Put what both need into a " +
        "port, and let apps/server join them.",
      severity: "error",
      from: { path: "^adapters/([^/]+)/" },
      to: { path: "^adapters/", pathNot: "^adapters/$1/" },
    },
    {
      name: "adapters-imports",
      comment:
        "Adapters import domain, ports and contracts. What they offer to services is a port; what " +
        "they ask of services is an inbound port.",
      severity: "error",
      from: { path: "^adapters/" },
      to: { path: ours, pathNot: ["^adapters/", "^core/(domain|ports|contracts)/"] },
    },
    {
      name: "server-not-apps",
      comment:
        "The server wires services and adapters. Move what it shares with another app there.",
      severity: "error",
      from: { path: "^apps/server/" },
      to: { path: "^apps/(?!server/)" },
    },
    ofOursOnlyImports(
      "clients-imports",
      "apps/(sctl|dashboard)",
      // What generates the input of fuzz targets is for all tests.
      ["^core/contracts/", "^core/domain/src/testing/", "^adapters/api-client/", "^apps/server/"],
      "The command line and the dashboard know the API only: contracts and the API client.",
    ),
    {
      name: "clients-load-server-late",
      comment:
        "Only `start`, `release --offline`, `config` and `doctor` of sctl run the server's entries, by " +
        "dynamic import, so that every other command starts at once and works without it.",
      severity: "error",
      from: { path: "^apps/(sctl|dashboard)/" },
      to: { path: "^apps/server/", dynamic: false },
    },
    ofOursOnlyImports(
      "simulator-imports",
      "apps/simulator",
      ["^core/", "^adapters/(in-process|json-logic)/"],
      "The simulator runs the core with the in-process bus and the rule engine, nothing of the " +
        "real world.",
    ),
    ofOursOnlyImports(
      "demo-imports",
      "apps/demo",
      ["^core/", "^adapters/(in-process|json-logic|api-client)/", "^apps/server/"],
      "The demo runs the real server and asks it through the API client, or the core with the " +
        "in-process bus and the rule engine. It holds no copy of them.",
    ),
    {
      name: "tests-are-not-imported",
      comment: "tests, bench and tools use the product. Move what the product needs into it.",
      severity: "error",
      from: { pathNot: "^(tests|bench|tools)/" },
      to: { path: "^(tests|bench|tools)/" },
    },
    {
      name: "test-code-only-in-tests",
      comment:
        "Suites, fixtures, fakes and test tools are for tests. Move what production code needs out " +
        "of them.",
      severity: "error",
      from: { path: "^(core|adapters|apps)/", pathNot: anyTest },
      to: { path: [testTools, anyTest] },
    },
    {
      name: "packages-through-their-index",
      comment:
        "Another package is imported by its name, which leads to its index. Export there what " +
        "others may use.",
      severity: "error",
      from: { path: "^((?:core|adapters|apps)/[^/]+|tests|bench|tools)/" },
      to: {
        path: "^(core|adapters|apps)/",
        pathNot: ["^$1/", "/src/index\\.ts$", "^[^/]+/[^/]+/src/[^/]+/index\\.ts$"],
      },
    },
    {
      name: "no-cycles",
      comment:
        "Files that need each other are one thing, or miss a third. Move the shared part out.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "Nothing imports the file and it imports nothing. Delete it, or use it.",
      severity: "error",
      // What runs in a page is read as a text.
      from: {
        orphan: true,
        pathNot: ["(\\.test|/main|/index)\\.ts$", "\\.(d\\.ts|browser\\.js)$"],
      },
      to: {},
    },
    {
      name: "no-unresolvable",
      comment: "The import leads nowhere. Look at its spelling and at the package's manifest.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "(^|/)node_modules/" },
    parser: "swc",
    // Type imports are dependencies too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
