import { gzipSync } from "node:zlib";

export const pointsPerBatch = 200;
const pointsPerProcess = 4;
const hosts = 40;

const metrics = ["proc.cpu.user", "proc.cpu.kernel", "proc.mem.virtual", "proc.mem.resident"];

/** A sample of one host, 50 processes, as an unmodified sender of BDWatchdog writes it. */
function pointsOf(host: string, stamp: number): readonly object[] {
  const processes = pointsPerBatch / pointsPerProcess;
  return metrics.flatMap((metric) =>
    Array.from({ length: processes }, (_, process) => ({
      metric,
      timestamp: String(stamp),
      value: ((process * 7 + stamp) % 100).toFixed(2),
      tags: { host, pid: String(1000 + process), command: `command${process}` },
    })),
  );
}

/** Bodies of so many posts in a row: a sample of every host, then the next second's. */
export const postedBatches = (count: number, from: number): readonly Buffer[] =>
  Array.from({ length: count }, (_, index) => {
    const points = pointsOf(`c${index % hosts}`, from + Math.floor(index / hosts));
    return gzipSync(JSON.stringify(points));
  });
