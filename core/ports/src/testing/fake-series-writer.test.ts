import { FakeSeriesWriter } from "./fake-series-writer.ts";
import { seriesWriterSuite } from "./series-writer-suite.ts";

seriesWriterSuite("the store in memory", async () => {
  const writer = new FakeSeriesWriter();
  writer.absent = writer.tellAbsent;
  return {
    writer,
    stored: async () => ({
      count: writer.stored.size,
      sum: [...writer.stored.values()].reduce((all, value) => all + value, 0),
    }),
    vanish: async () => {
      writer.answer = { kind: "away", text: "it is gone" };
    },
    close: async () => {},
  };
});
