import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { FakeKernelFiles } from "../testing/fake-kernel-files.ts";
import { DescriptorPool } from "./descriptor-pool.ts";
import { GroupFile } from "./group-file.ts";

describe("a pool of two descriptors", () => {
  let files: FakeKernelFiles;
  let saidFull: number;
  let pool: DescriptorPool;
  beforeEach(() => {
    files = new FakeKernelFiles();
    for (const name of ["a", "b", "c", "d"]) files.contents.set(name, `${name} 1\n`);
    saidFull = 0;
    const onFull = (): void => {
      saidFull += 1;
    };
    pool = new DescriptorPool({ files, maxOpenFiles: 2, onFull });
  });

  const text = (file: GroupFile): string | undefined => {
    const content = file.read();
    return content?.bytes.toString("latin1", 0, content.length);
  };
  const isSame = (): boolean => true;

  test("keeps what it opened open, and opens it once", () => {
    const file = new GroupFile("a", { pool, isStillTheSame: isSame });
    assert.equal(text(file), "a 1\n");
    assert.equal(text(file), "a 1\n");
    assert.equal(pool.openCount, 1);
    assert.equal(files.openCount, 1);
  });

  test("beyond its bound still reads and writes, keeps nothing open, and says so once", () => {
    const opened = ["a", "b", "c", "d"].map(
      (name) => new GroupFile(name, { pool, isStillTheSame: isSame }),
    );
    assert.deepEqual(opened.map(text), ["a 1\n", "b 1\n", "c 1\n", "d 1\n"]);
    opened[3]?.write("d 2");
    assert.equal(text(new GroupFile("d", { pool, isStillTheSame: isSame })), "d 2\n");
    assert.equal(pool.openCount, 2);
    assert.equal(files.openCount, 2);
    assert.equal(saidFull, 1);
  });

  test("has room again when a file is closed", () => {
    const [first, second, third] = ["a", "b", "c"].map(
      (name) => new GroupFile(name, { pool, isStillTheSame: isSame }),
    );
    for (const file of [first, second]) file?.read();
    first?.close();
    third?.read();
    assert.equal(pool.openCount, 2);
    assert.equal(saidFull, 0);
  });

  test("counts a file that is read and written as one", () => {
    const file = new GroupFile("a", { pool, isStillTheSame: isSame });
    file.read();
    file.write("5");
    assert.equal(text(file), "5\n");
    assert.equal(pool.openCount, 1);
    assert.equal(files.openCount, 1);
    file.close();
    file.close();
    assert.equal(pool.openCount, 0);
    assert.equal(files.openCount, 0);
  });

  test("has nothing open for a file that is not there", () => {
    assert.equal(new GroupFile("none", { pool, isStillTheSame: isSame }).read(), undefined);
    assert.throws(() => new GroupFile("none", { pool, isStillTheSame: isSame }).write("1"), {
      code: "ENOENT",
    });
    assert.equal(pool.openCount, 0);
  });

  test("does not write a group that took the place of the one that was meant", () => {
    assert.throws(() => new GroupFile("a", { pool, isStillTheSame: () => false }).write("5"), {
      code: "ENODEV",
    });
    assert.deepEqual(files.writes, []);
    assert.equal(pool.openCount, 0);
    assert.equal(files.openCount, 0);
  });

  test("closes what it opened for one write also when the kernel refuses it", () => {
    for (const name of ["a", "b"]) new GroupFile(name, { pool, isStillTheSame: isSame }).read();
    files.refuse = () => "EINVAL";
    assert.throws(() => new GroupFile("c", { pool, isStillTheSame: isSame }).write("5"), {
      code: "EINVAL",
    });
    assert.equal(files.openCount, 2);
  });
});
