import type { KernelFiles } from "../files/kernel-files.ts";

/** The kernel's files in memory; what a kernel may refuse or do in between is set by the test. */
export class FakeKernelFiles implements KernelFiles {
  /** By path. */
  readonly contents = new Map<string, string>();
  readonly inodes = new Map<string, number>();
  /** Each write that was taken: `path text`. */
  readonly writes: string[] = [];
  /** An errno to answer a write with, instead of taking it. */
  refuse: (path: string, text: string) => string | undefined = () => undefined;
  readonly #open = new Map<number, string>();
  #nextDescriptor = 3;

  get openCount(): number {
    return this.#open.size;
  }

  open(path: string): number {
    if (!this.contents.has(path)) throw systemError("ENOENT");
    const descriptor = this.#nextDescriptor;
    this.#nextDescriptor += 1;
    this.#open.set(descriptor, path);
    return descriptor;
  }

  close(descriptor: number): void {
    if (!this.#open.delete(descriptor)) throw systemError("EBADF");
  }

  read(descriptor: number, into: Buffer): number {
    return into.write(this.contents.get(this.#pathOf(descriptor)) ?? "");
  }

  write(descriptor: number, text: string): void {
    const path = this.#pathOf(descriptor);
    const errno = this.refuse(path, text);
    if (errno !== undefined) throw systemError(errno);
    this.contents.set(path, `${text}\n`);
    this.writes.push(`${path} ${text}`);
  }

  inode(path: string): number | undefined {
    return this.inodes.get(path);
  }

  foldersIn(path: string): readonly string[] {
    const below = [...this.inodes.keys()].filter((each) => each.startsWith(`${path}/`));
    return below.map((each) => each.slice(path.length + 1)).filter((name) => !name.includes("/"));
  }

  /** As the kernel does with a removed group: open descriptors answer ENODEV. */
  removeFolder(folder: string): void {
    this.inodes.delete(folder);
    for (const path of [...this.contents.keys()])
      if (path.startsWith(`${folder}/`)) this.contents.delete(path);
  }

  #pathOf(descriptor: number): string {
    const path = this.#open.get(descriptor);
    if (path === undefined) throw systemError("EBADF");
    if (!this.contents.has(path)) throw systemError("ENODEV");
    return path;
  }
}

const systemError = (code: string): Error => Object.assign(new Error(code), { code });
