/*
 * The server, with a fault where `faults/fault.ts` says: on a call on the kernel's files, where a
 * service takes a message, or where something is written down. All else is the real thing.
 */
import { existsSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { findHierarchies, type KernelFiles, kernelFiles } from "@sc/cgroup";
import type { Messages, Topic } from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { JournalFile } from "@sc/journal-file";
import { LeaseFile } from "@sc/lease-file";
import type { Subscription } from "@sc/ports";
import { runServer } from "@sc/server";
import { GuardedBus } from "@sc/services";
import { type FaultAction, faultFileName, takeFault } from "./faults/fault.ts";

const { values } = parseArgs({ options: { config: { type: "string" } } });
if (values.config === undefined) throw new Error("--config is missing");
const faultFile = join(dirname(values.config), faultFileName);
const threads = new Set<Worker>();

/** Does what is done at a place, and what goes wrong before or after it. */
function at<Value>(place: string, about: string, run: () => Value): Value {
  strike(takeFault(faultFile, { place, about, when: "before" }), about);
  const value = run();
  strike(takeFault(faultFile, { place, about, when: "after" }), about);
  return value;
}

function strike(action: FaultAction | undefined, path: string): void {
  switch (action?.kind) {
    case undefined:
      return;
    case "die":
      process.kill(process.pid, "SIGKILL");
      // The signal comes at the next return from the kernel, which must not be a write.
      block(Infinity);
      return;
    case "throw":
      throw Object.assign(new Error(`a fault made by a test: ${action.code ?? ""}`), {
        code: action.code,
      });
    case "block":
      block(action.seconds);
      return;
    case "write":
      writeFileSync(path, action.text, { flag: "r+" });
      return;
    case "vanish":
      removeGroups(path.slice(0, path.lastIndexOf("/")));
      return;
    case "end threads":
      for (const thread of threads) void thread.terminate();
  }
}

/** Nothing else of the process's own thread runs. */
function block(seconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
}

/** Of one container, in all hierarchies. */
function removeGroups(folder: string): void {
  const mounts = Object.values(findHierarchies()).filter((mount) => mount !== undefined);
  const own = mounts.find((mount) => folder.startsWith(`${mount}/`)) ?? "";
  for (const mount of mounts) {
    const each = mount + folder.slice(own.length);
    if (existsSync(each)) rmdirSync(each);
  }
}

function faultyKernelFiles(): KernelFiles {
  const paths = new Map<number, string>();
  const on = <Value>(what: "read" | "write", descriptor: number, run: () => Value): Value => {
    const path = paths.get(descriptor) ?? "";
    return at(`kernel:${what}:${path.slice(path.lastIndexOf("/") + 1)}`, path, run);
  };
  return {
    ...kernelFiles,
    open: (path, flags) => {
      const descriptor = kernelFiles.open(path, flags);
      paths.set(descriptor, path);
      return descriptor;
    },
    read: (descriptor, into) => on("read", descriptor, () => kernelFiles.read(descriptor, into)),
    write: (descriptor, text) => on("write", descriptor, () => kernelFiles.write(descriptor, text)),
  };
}

const { subscribe } = GuardedBus.prototype;
GuardedBus.prototype.subscribe = function <T extends Topic>(
  this: GuardedBus,
  topic: T,
  handle: (message: Messages[T]) => void,
) {
  const place = `${this.service}:${topic}`;
  const faulty = (message: Messages[T]): void => at(place, "", () => handle(message));
  return subscribe.call<GuardedBus, [T, typeof handle], Subscription>(this, topic, faulty);
};
const { publish } = InProcessBus.prototype;
InProcessBus.prototype.publish = function (topic, message) {
  at(`publish:${topic}`, "", () => publish.call(this, topic, message));
};

const { append } = JournalFile.prototype;
JournalFile.prototype.append = function (entry) {
  return at(`journal:${entry.step}`, entry.structure, () => append.call(this, entry));
};
const { hold } = LeaseFile.prototype;
LeaseFile.prototype.hold = function (entry) {
  return at("lease", `${entry.folder}/`, () => hold.call(this, entry));
};

const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (...words) {
  threads.add(this);
  postMessage.apply(this, words);
};

await runServer({ configPath: values.config, kernelFiles: faultyKernelFiles() });
process.exit(0);
