import type { DataDiskAnswer, DataDisks, DataPlace } from "../data-disks.ts";

/** Disks by the folder that lies on them; processes that have ended see nothing. */
export class InMemoryDataDisks implements DataDisks {
  readonly #answers = new Map<string, DataDiskAnswer>();
  readonly #ended = new Set<number>();

  put(folder: string, answer: DataDiskAnswer): void {
    this.#answers.set(folder, answer);
  }

  end(processId: number): void {
    this.#ended.add(processId);
  }

  find({ path, processId }: DataPlace): DataDiskAnswer {
    if (processId !== undefined && this.#ended.has(processId)) return { kind: "gone" };
    const folders = [...this.#answers.keys()].filter((folder) => path.startsWith(folder));
    const deepest = folders.sort((a, b) => b.length - a.length)[0];
    const answer = deepest === undefined ? undefined : this.#answers.get(deepest);
    const text = `nothing is mounted that holds ${path}`;
    return answer ?? { kind: "not-limitable", code: "no-mount", text };
  }
}
