import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RealGroups } from "@sc/cgroup/testing";
import { noBrakes, ServerUnderTest, until } from "@sc/server/testing";
import type { Benchmark } from "./benchmark.ts";
import { percentile } from "./percentile.ts";

const containers = 100;
const commandLine = fileURLToPath(new URL("../../sctl", import.meta.url));
const patienceSeconds = 30;

/** From nothing to the first sample, to an answer of the API, and one command on a terminal. */
export const benchmark: Benchmark = {
  name: "start",
  about:
    `Milliseconds, medians: exec of Node to the first sample of ${containers} containers in auto, as ` +
    "the server's log says; exec to an answer of /api/v1/ready; ./sctl ls of all of them.",
  bounds: { firstSampleMs: 500, apiReadyMs: 2000, cliMs: 400 },
  async run({ isQuick }) {
    const groups = new RealGroups("bench-start");
    for (let index = 0; index < containers; index += 1) groups.make(`${groups.root}/c${index}`);
    const cache = mkdtempSync(join(tmpdir(), "sc-bench-cache-"));
    const server = new ServerUnderTest({
      configuration: {
        engines: { lxc: { enabled: false }, plain: { roots: [groups.root] } },
        defaults: { cpu: { mode: "auto", policy: "serverless-rules" } },
        brakes: noBrakes,
        log: { level: "info", format: "json" },
      },
      // As ./sctl and the unit do: where only we can write.
      environment: { NODE_COMPILE_CACHE: cache },
    });
    try {
      const firstSamples: number[] = [];
      const answers: number[] = [];
      // The first start fills the cache of compiled code, as the first one on a machine does.
      const starts = isQuick ? 2 : 8;
      for (let start = 0; start < starts; start += 1) {
        if (start > 0) await server.end("SIGTERM");
        const { firstSampleMs, apiReadyMs } = await measureStart(server);
        if (start === 0) continue;
        firstSamples.push(firstSampleMs);
        answers.push(apiReadyMs);
      }
      const commands = Array.from({ length: isQuick ? 2 : 10 }, () => measureCommand(server));
      return {
        figures: {
          firstSampleMs: percentile(firstSamples, 50),
          apiReadyMs: percentile(answers, 50),
          cliMs: percentile(commands.slice(1), 50),
          starts: firstSamples.length,
        },
      };
    } finally {
      await server.close();
      await groups.close();
      rmSync(cache, { recursive: true });
    }
  },
};

async function measureStart(server: ServerUnderTest) {
  const startedAt = Date.now();
  server.launch();
  await until("the API is ready", () => answersReady(server), patienceSeconds);
  const apiReadyMs = Date.now() - startedAt;
  return { firstSampleMs: sampledAt(server.log()) - startedAt, apiReadyMs };
}

const answersReady = (server: ServerUnderTest): Promise<boolean> =>
  server.api.ready().then(
    ({ isReady }) => isReady,
    () => false,
  );

/** When the server last logged that everything was sampled once, Unix milliseconds. */
function sampledAt(log: string): number {
  for (const line of log.split("\n").toReversed()) {
    if (!line.includes('"message":"sampling"')) continue;
    return Date.parse(/"time":"([^"]+)"/.exec(line)?.[1] ?? "");
  }
  throw new Error(`the server took no sample; it said:\n${log}`);
}

function measureCommand(server: ServerUnderTest): number {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(commandLine, ["ls", "--socket", server.socket], {
    encoding: "utf8",
  });
  const passed = performance.now() - startedAt;
  const lines = stdout.split("\n").filter((line) => line.includes("c")).length;
  if (status !== 0 || lines < containers) throw new Error(`sctl ls failed: ${stdout}${stderr}`);
  return passed;
}
