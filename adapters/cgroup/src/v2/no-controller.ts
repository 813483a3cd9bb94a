import { type FileOwner, GroupFile } from "../files/group-file.ts";
import { unreadable, type WriteFailure } from "../files/write-refusal.ts";

/**
 * Why a group of v2 has no files of a controller: they come only where the group above hands the controller
 * down. We never do that ourselves: a group above is its owner's, and one that holds processes cannot.
 */
export function whyUnreadable(
  group: { readonly folder: string; readonly owner: FileOwner },
  controller: string,
): WriteFailure {
  const { folder, owner } = group;
  if (!owner.isStillTheSame()) return { kind: "gone" };
  const handedDown = `${folder.slice(0, folder.lastIndexOf("/"))}/cgroup.subtree_control`;
  const content = wordsOf(
    new GroupFile(handedDown, { ...owner, isStillTheSame: () => true }, "rare"),
  );
  if (content === undefined || content.includes(controller)) return unreadable(false);
  const text =
    `the controller ${controller} is not enabled for the group: ` +
    `its owner must write +${controller} into ${handedDown}`;
  return { kind: "refused", refusal: { code: "no-controller", text } };
}

function wordsOf(file: GroupFile): readonly string[] | undefined {
  const content = file.read();
  return content?.bytes.toString("latin1", 0, content.length).trim().split(" ");
}
