import { type FSWatcher, readdirSync, watch } from "node:fs";
import { parseStructureName } from "@sc/domain";
import type {
  ContainerFinder,
  FinderAnswer,
  FinderProblem,
  FoundContainer,
  GroupRef,
} from "@sc/ports";

export interface PlainFinderOptions {
  /** Mount point of the hierarchy that is searched: where the cpu controller is. */
  readonly hierarchy: string;
  /** Groups whose direct children are containers: `/my.slice`. Nothing else is ever looked at. */
  readonly roots: readonly string[];
}

/**
 * Takes the groups directly below each configured root as containers: systemd units in a slice, or
 * whatever makes groups of its own. A container is called like its group.
 */
export class PlainFinder implements ContainerFinder {
  readonly engine = "plain";
  readonly #hierarchy: string;
  readonly #roots: readonly string[];

  constructor(options: PlainFinderOptions) {
    this.#hierarchy = options.hierarchy;
    this.#roots = options.roots;
  }

  find(): FinderAnswer {
    const containers: FoundContainer[] = [];
    const problems: FinderProblem[] = [];
    for (const root of this.#roots) this.#findBelow(root, { containers, problems });
    return { containers, problems };
  }

  #findBelow(
    root: string,
    into: { readonly containers: FoundContainer[]; readonly problems: FinderProblem[] },
  ): void {
    for (const folder of this.#listFolders(root, into.problems)) {
      const name = parseStructureName(folder);
      if (name.ok) {
        into.containers.push({
          engine: this.engine,
          name: name.value,
          group: { path: `${root}/${folder}` },
        });
      } else {
        const what = JSON.stringify(`${root}/${folder}`);
        into.problems.push({ what, code: name.error.code, text: name.error.message });
      }
    }
  }

  #listFolders(root: string, problems: FinderProblem[]): readonly string[] {
    try {
      return readdirSync(this.#hierarchy + root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name);
    } catch (error) {
      // A root that is not there yet is a normal answer: its owner makes it when it needs it.
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      problems.push({ what: root, code: "SC_FINDER_UNREADABLE", text: String(error) });
      return [];
    }
  }

  owns({ path }: GroupRef): boolean {
    return this.#roots.some((root) => {
      const below = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : "";
      return below !== "" && !below.includes("/");
    });
  }

  watch(onChange: () => void): { cancel(): void } {
    const watchers: FSWatcher[] = [];
    for (const root of this.#roots) {
      try {
        const watcher = watch(this.#hierarchy + root, { persistent: false }, (event) => {
          if (event === "rename") onChange();
        });
        watcher.on("error", () => watcher.close());
        watchers.push(watcher);
      } catch {
        // Not there yet: the slow look finds it.
      }
    }
    return {
      cancel: () => {
        for (const watcher of watchers) watcher.close();
      },
    };
  }
}
