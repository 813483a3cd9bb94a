import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Random } from "@sc/simulation";
import type { HttpPlan } from "./http-load.ts";
import { arrivalsMs, phasesOf } from "./schedule.ts";
import { startServing } from "./serving.ts";
import { textOf } from "./text.ts";
import type { Done, Workload } from "./workload.ts";

const program = "/usr/sbin/nginx";
const loadProgram = fileURLToPath(new URL("http-load.ts", import.meta.url));
/** The most questions that are due a second: some 0.9 cores. */
const highPerSecond = 280;
/** Pages by their size, from small to large; each is compressed anew when it is asked for. */
const pagesKib = [30, 60, 120, 240] as const;

const configuration = `
  user root;
  daemon off;
  worker_processes 2;
  pid /srv/nginx.pid;
  error_log stderr;
  events { }
  http {
    access_log off;
    client_body_temp_path /srv/temp;
    proxy_temp_path /srv/temp;
    fastcgi_temp_path /srv/temp;
    scgi_temp_path /srv/temp;
    uwsgi_temp_path /srv/temp;
    gzip on;
    gzip_types text/plain;
    gzip_comp_level 6;
    default_type text/plain;
    server { listen unix:/srv/nginx.sock backlog=4096; root /srv/pages; }
  }
`;

export const nginx: Workload = {
  name: "nginx",
  about: "nginx compressing pages of 30 to 240 KiB, asked at Poisson times through its unix socket",
  binds: [program],
  needs: [],

  async prepare({ container }, signal) {
    const folder = join(container.root, "srv");
    mkdirSync(join(folder, "pages"), { recursive: true });
    writeFileSync(join(container.root, "etc/group"), "root:x:0:\n");
    writeFileSync(join(folder, "nginx.conf"), configuration);
    for (const kib of pagesKib) {
      writeFileSync(join(folder, "pages", String(kib)), textOf(kib * 1024, new Random(kib)));
    }
    const socket = join(folder, "nginx.sock");
    const command = `${program} -e stderr -c /srv/nginx.conf`;
    await startServing({ container, command, isReady: () => existsSync(socket), signal });
  },

  async run({ container, group }, load) {
    const random = new Random(load.seed);
    const phases = phasesOf(load, highPerSecond);
    const plan: HttpPlan = {
      socketPath: join(container.root, "srv/nginx.sock"),
      questions: arrivalsMs(phases, random).map((atMs) => ({
        atMs,
        path: `/${pagesKib[Math.floor(random.next() * pagesKib.length)]}`,
      })),
    };
    const [planFile, answersFile] = [join(group.folder, "plan"), join(group.folder, "answers")];
    writeFileSync(planFile, JSON.stringify(plan));
    const ask = `'${process.execPath}' '${loadProgram}' '${planFile}' '${answersFile}'`;
    const begin = delay(load.warmUpSeconds * 1000, undefined, { signal: load.signal });
    await Promise.all([begin.then(load.begin), group.run(ask, load.signal)]);
    const answers: readonly Done[] = JSON.parse(readFileSync(answersFile, "utf8"));
    rmSync(answersFile);
    return answers;
  },
};
