import { type FSWatcher, readdirSync, watch } from "node:fs";
import { parseStructureName } from "@sc/domain";
import type {
  ContainerFinder,
  FinderAnswer,
  FinderProblem,
  FoundContainer,
  GroupRef,
} from "@sc/ports";

const payloadPrefix = "lxc.payload.";

export interface LxcFinderOptions {
  /** Mount point of the hierarchy that is searched: where the cpu controller is. */
  readonly hierarchy: string;
  /** Which containers are ours to look at; default all. */
  readonly isWanted?: (name: string) => boolean;
}

/**
 * Finds running LXC containers by their groups: LXC makes `lxc.payload.NAME` when a container
 * starts and removes it when it ends, so no command has to be run and nothing has to be parsed.
 */
export class LxcFinder implements ContainerFinder {
  readonly engine = "lxc";
  readonly #hierarchy: string;
  readonly #isWanted: (name: string) => boolean;

  constructor(options: LxcFinderOptions) {
    this.#hierarchy = options.hierarchy;
    this.#isWanted = options.isWanted ?? (() => true);
  }

  find(): FinderAnswer {
    const containers: FoundContainer[] = [];
    const problems: FinderProblem[] = [];
    for (const folder of this.#listFolders(problems)) {
      const text = folder.slice(payloadPrefix.length);
      if (!this.#isWanted(text)) continue;
      const name = parseStructureName(text);
      if (name.ok) {
        containers.push({ engine: this.engine, name: name.value, group: { path: `/${folder}` } });
      } else {
        problems.push({
          what: JSON.stringify(folder),
          code: name.error.code,
          text: name.error.message,
        });
      }
    }
    return { containers, problems };
  }

  #listFolders(problems: FinderProblem[]): readonly string[] {
    try {
      return readdirSync(this.#hierarchy).filter((name) => name.startsWith(payloadPrefix));
    } catch (error) {
      problems.push({ what: this.#hierarchy, code: "SC_FINDER_UNREADABLE", text: String(error) });
      return [];
    }
  }

  owns({ path }: GroupRef): boolean {
    const name = path.startsWith(`/${payloadPrefix}`) ? path.slice(payloadPrefix.length + 1) : "";
    return name !== "" && !name.includes("/") && this.#isWanted(name);
  }

  watch(onChange: () => void): { cancel(): void } {
    let watcher: FSWatcher;
    try {
      watcher = watch(this.#hierarchy, { persistent: false }, (_event, name) => {
        if (name?.startsWith(payloadPrefix) === true) onChange();
      });
    } catch {
      // No watch to be had (the host's bound is met): the slow look finds what came and went.
      return { cancel: () => undefined };
    }
    watcher.on("error", () => watcher.close());
    return { cancel: () => watcher.close() };
  }
}
