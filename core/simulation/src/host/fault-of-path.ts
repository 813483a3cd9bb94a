/** Why a path could not be a group below a mount; `undefined` = it could. */
export function faultOfPath(path: string): string | undefined {
  if (!path.startsWith("/")) return "a group's path begins with /";
  if (path.includes("\0")) return "a group's path holds no NUL";
  if (path === "/") return undefined;
  const parts = path.slice(1).split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return "a group's path holds no empty part, . or ..";
  if (parts.some((part) => part.length > partMaxLength))
    return `a part of a path has at most ${partMaxLength} characters`;
  return undefined;
}

/** What a file system takes as one name. */
const partMaxLength = 255;
