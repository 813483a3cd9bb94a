import { type FSWatcher, watch } from "node:fs";

/** Folder, and what to do when one of its files was written, or the kernel says that it changed. */
export type FolderWatch = readonly [folder: string, onChange: (file: string) => void];

/**
 * inotify sees every write(2) on the kernel's files, whoever makes it and however it is mounted.
 * `undefined`: the bound of the host is met, or a folder is gone. Where one of the folders cannot be
 * watched any more none is, and `onEnd` is called.
 */
export function watchFiles(
  folders: readonly FolderWatch[],
  onEnd: () => void,
): { cancel(): void } | undefined {
  const watchers: FSWatcher[] = [];
  let isOver = false;
  const cancel = (): void => {
    isOver = true;
    for (const watcher of watchers) watcher.close();
  };
  const fail = (): void => {
    if (isOver) return;
    cancel();
    onEnd();
  };
  try {
    for (const [folder, onChange] of folders) {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name !== null) onChange(name);
      });
      watcher.on("error", fail);
      watchers.push(watcher);
    }
  } catch {
    cancel();
    return undefined;
  }
  return { cancel };
}
