import type { Command } from "commander";
import { bashCompletion } from "../completion/bash.ts";
import { completionTree } from "../completion/completion-tree.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export const completionFor = (program: Command, shell: keyof typeof scripts): string =>
  scripts[shell](completionTree(program));
