import { wallSeconds } from "@sc/domain";
import { FakeUsageReader } from "./fake-usage-reader.ts";
import { usageReaderSuite } from "./usage-reader-suite.ts";

usageReaderSuite("the store in memory", async () => {
  const reader = new FakeUsageReader();
  const cpu = new Map<string, number>();
  reader.used.cpu = cpu;
  return {
    reader,
    from: wallSeconds(1000),
    to: wallSeconds(1010),
    use: async (container, shares) => void cpu.set(container, shares),
    vanish: async () => void reader.silent.add("cpu"),
    close: async () => {},
  };
});
