import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

const othersMayWrite = 0o022;
const isSticky = 0o1000;

/**
 * Why a module must not be run: it has the server's rights, so whoever can change it has them too.
 * `undefined` = it may.
 */
export function whyUnsafe(file: string): string | undefined {
  let path: string;
  try {
    path = realpathSync(file);
  } catch {
    return "is not there, or cannot be read";
  }
  if (!statSync(path).isFile()) return "is no file";
  if (path.includes("/node_modules/"))
    return "lies below node_modules, where no types are stripped";
  for (let place = path; ; place = dirname(place)) {
    const { uid, mode } = statSync(place);
    if (uid !== 0 && uid !== process.getuid?.()) return `can be changed by the owner of ${place}`;
    // In a folder like /tmp everybody may write, and only the owner may replace.
    const isShared = (mode & othersMayWrite) !== 0 && (mode & isSticky) === 0;
    if (isShared) return `can be changed by others: ${place} is writable for them`;
    if (place === "/") return undefined;
  }
}
