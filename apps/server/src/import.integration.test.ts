import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { publishedRules } from "@sc/domain";
import { SimulatedServer } from "./testing/simulated-server.ts";

interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

describe("an import of the published framework's files", () => {
  let server: SimulatedServer;
  before(async () => {
    server = await SimulatedServer.start();
    await server.pass();
  });
  after(() => server.close());

  const ask = async (method: string, path: string, body?: unknown): Promise<Told> => {
    const { port, token } = server.places;
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: Object(await answer.json()) };
  };
  const take = (files: Readonly<Record<string, unknown>>, isDryRun: boolean): Promise<Told> =>
    ask("POST", "/import", {
      files: Object.entries(files).map(([name, content]) => ({
        name,
        text: JSON.stringify(content),
      })),
      isDryRun,
    });
  const layout = async () => {
    const { body } = await ask("GET", "/health");
    return {
      hosts: [{ name: body.host, cpu: 800, mem: 16_384, containers: ["web"] }],
      apps: [{ name: "app1", containers: ["web"] }],
    };
  };
  const raise = {
    ...{ name: "CpuRescaleUp", type: "rule", resource: "cpu", active: true },
    ...{ generates: "requests", rescale_type: "up", rescale_policy: "amount", amount: 120 },
    rule: publishedRules("cpu").requestRules[0]?.condition,
    events_to_remove: 2,
  };

  test("changes nothing in a dry run, and then what that said", async () => {
    const files = { "layout.json": await layout(), "rules.json": [raise] };
    const before = server.state();
    const dry = await take(files, true);
    assert.equal(dry.status, 200, JSON.stringify(dry.body));
    assert.equal(server.state(), before);
    const taken = await take(files, false);
    assert.deepEqual(taken, dry);
    const container = await ask("GET", "/structures/web");
    assert.equal(Object(container.body.resources).cpu.policy, "serverless-rules");
    const guardian = await ask("GET", "/settings/guardian");
    assert.equal(Object(guardian.body.values).windowSeconds, 10);
    const again = await take(files, false);
    assert.deepEqual(again.body.changes, []);
  });

  test("changes nothing when one of its files is broken", async () => {
    const before = server.state();
    const refused = await take({ "a.json": [{ ...raise, amount: 5 }], "b.json": [{}] }, false);
    assert.deepEqual([refused.status, refused.body.code], [400, "SC_IMPORT_REFUSED"]);
    assert.deepEqual(refused.body.errors, [
      {
        field: "b.json: document without a name",
        detail: "type is none of rule, service, structure, limit, user",
      },
    ]);
    assert.equal(server.state(), before);
  });
});
