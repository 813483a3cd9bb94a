import { FakeReplayRunner } from "./fake-replay-runner.ts";
import { replayRunnerSuite } from "./replay-runner-suite.ts";

replayRunnerSuite("the fake", {
  make: () => new FakeReplayRunner(),
  makeEndless: () => {
    const runner = new FakeReplayRunner();
    runner.isEndless = true;
    return runner;
  },
});
