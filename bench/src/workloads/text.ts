import type { Random } from "@sc/simulation";

const letters = "abcdefghijklmnopqrstuvwxyz";

/** Lines of words, of so many bytes or a few more: it compresses and sorts about as what people write. */
export function textOf(bytes: number, random: Random): string {
  const below = (count: number): number => Math.floor(random.next() * count);
  const list = (count: number, item: () => string): readonly string[] =>
    Array.from({ length: count }, item);
  const words = list(4000, () => list(3 + below(7), () => letters[below(26)] ?? "").join(""));
  const lines: string[] = [];
  for (let size = 0; size < bytes; size += (lines.at(-1) ?? "").length + 1) {
    lines.push(list(4 + below(11), () => words[below(words.length)] ?? "").join(" "));
  }
  return `${lines.join("\n")}\n`;
}
