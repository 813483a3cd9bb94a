import { FakeHostProbe } from "./fake-host-probe.ts";
import { hostProbeSuite } from "./host-probe-suite.ts";

hostProbeSuite("FakeHostProbe", async () => {
  const probe = new FakeHostProbe();
  let port = 8000;
  return {
    probe,
    agent: async (status) => {
      port += 1;
      if (status === 200) probe.answering.add(`10.0.0.7:${port}`);
      return { address: "10.0.0.7", port };
    },
    nobody: async () => ({ address: "10.0.0.8", port }),
    close: async () => {},
  };
});
