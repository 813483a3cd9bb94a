import { type Engine, parseStructureName } from "@sc/domain";
import type {
  ContainerFinder,
  FinderAnswer,
  FinderProblem,
  FoundContainer,
  GroupRef,
  Timers,
} from "@sc/ports";

/** The simulated engine: knows the containers that a test made, by their paths. */
export class SimulatedFinder implements ContainerFinder {
  readonly engine: Engine;
  readonly #timers: Timers;
  readonly #namesByPath = new Map<string, string>();
  readonly #watchers = new Set<() => void>();

  constructor(deps: { readonly timers: Timers }, engine: Engine) {
    this.#timers = deps.timers;
    this.engine = engine;
  }

  find(): FinderAnswer {
    const containers: FoundContainer[] = [];
    const problems: FinderProblem[] = [];
    for (const [path, text] of this.#namesByPath) {
      const name = parseStructureName(text);
      if (name.ok) containers.push({ engine: this.engine, name: name.value, group: { path } });
      else
        problems.push({
          what: JSON.stringify(text),
          code: name.error.code,
          text: name.error.message,
        });
    }
    return { containers, problems };
  }

  owns({ path }: GroupRef): boolean {
    return this.#namesByPath.has(path);
  }

  watch(onChange: () => void): { cancel(): void } {
    const watcher = (): void => onChange();
    this.#watchers.add(watcher);
    return { cancel: () => void this.#watchers.delete(watcher) };
  }

  add(path: string, name: string): void {
    this.#namesByPath.set(path, name);
    this.#tellWatchers();
  }

  remove(path: string): void {
    if (this.#namesByPath.delete(path)) this.#tellWatchers();
  }

  /** Word of a change comes after it, as an engine's does. */
  #tellWatchers(): void {
    for (const watcher of this.#watchers) {
      this.#timers.after(0, () => {
        if (this.#watchers.has(watcher)) watcher();
      });
    }
  }
}
