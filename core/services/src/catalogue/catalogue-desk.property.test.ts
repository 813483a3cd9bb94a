import assert from "node:assert/strict";
import { test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import fc from "fast-check";
import type { CatalogueDesk } from "./catalogue-desk.ts";
import { applicationOf, catalogueOn, containerOf, hostOf, userOf } from "./catalogue-fixture.ts";

type Made = Awaited<ReturnType<typeof catalogueOn>>;
type Call = (desk: CatalogueDesk) => Promise<{ readonly ok: boolean }>;

/** Few, so that they meet; the kinds share them, so that names collide. */
const names = fc.constantFrom("a", "b", "c", "d");
const hosts = fc.constantFrom("host1", "host1-alias");
const figures = fc.record({ min: fc.constantFrom(0, 50, 200), max: fc.constantFrom(100, 300) });

const calls: fc.Arbitrary<Call> = fc.oneof(
  hosts.map(
    (name): Call =>
      (desk) =>
        desk.declareHost(name, hostOf()),
  ),
  hosts.map(
    (name): Call =>
      (desk) =>
        desk.removeHost(name),
  ),
  fc.tuple(names, hosts, figures).map(
    ([name, host, { min, max }]): Call =>
      (desk) => {
        const resources = { cpu: { min, max, current: 100, isGuarded: true } };
        return desk.subscribe(name, containerOf({ host, resources }));
      },
  ),
  names.map(
    (name): Call =>
      (desk) =>
        desk.desubscribe(name),
  ),
  names.map(
    (name): Call =>
      (desk) =>
        desk.declareApplication(name, applicationOf()),
  ),
  names.map(
    (name): Call =>
      (desk) =>
        desk.removeApplication(name),
  ),
  names.map(
    (name): Call =>
      (desk) =>
        desk.declareUser(name, userOf()),
  ),
  names.map(
    (name): Call =>
      (desk) =>
        desk.removeUser(name),
  ),
  fc.record({ container: names, application: names }).chain((membership) =>
    fc.constantFrom<Call>(
      (desk) => desk.attachContainer(membership),
      (desk) => desk.detachContainer(membership),
    ),
  ),
  fc.record({ application: names, user: names }).chain((membership) =>
    fc.constantFrom<Call>(
      (desk) => desk.attachApplication(membership),
      (desk) => desk.detachApplication(membership),
    ),
  ),
  fc.tuple(names, figures, fc.boolean()).map(
    ([name, { min, max }, isGuarded]): Call =>
      (desk) =>
        desk.update({ name }, { isGuarded, resources: { cpu: { min, max } } }),
  ),
);

/** Some at once, and then the next. */
const histories = fc.array(fc.array(calls, { minLength: 1, maxLength: 4 }), { maxLength: 40 });

function checkWhole({ desk, registry }: Made): void {
  const [containers, applications, users] = [desk.containers(), desk.applications(), desk.users()];
  const all = [...desk.hosts(), ...containers, ...applications, ...users].map(({ name }) => name);
  assert.equal(new Set(all).size, all.length, "a name is there twice");
  const members = applications.flatMap((application) => application.containers);
  assert.equal(new Set(members).size, members.length, "a container is in two applications");
  for (const member of members) assert.ok(containers.some(({ name }) => name === member));
  const owned = users.flatMap((user) => user.applications);
  assert.equal(new Set(owned).size, owned.length, "an application belongs to two users");
  for (const one of owned) assert.ok(applications.some(({ name }) => name === one));
  for (const container of containers) {
    assert.ok(desk.hosts().some(({ name }) => name === container.host));
    const settings = registry.settingsOf(nameFor(container.name))?.resources.cpu;
    const isAuto = container.isGuarded && container.resources.cpu?.isGuarded === true;
    assert.ok(settings);
    assert.equal(settings.mode === "auto", isAuto, "guard and mode differ");
    assert.ok(settings.min <= settings.max);
  }
  for (const host of desk.hosts()) assert.ok((host.resources.cpu?.free ?? 0) >= 0);
}

const everything = async (made: Made) => ({
  stored: await made.store.load(),
  limits: [...made.host.limits],
});

test("whatever is called in whatever order, members exist, once, and a refused call changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const made = await catalogueOn();
      made.run("a", "b", "c");
      for (const together of history) {
        const before = await everything(made);
        const answers = await Promise.all(together.map((call) => call(made.desk)));
        if (answers.every(({ ok }) => !ok)) assert.deepEqual(await everything(made), before);
        checkWhole(made);
      }
      const again = await catalogueOn(made.store, made.host);
      assert.deepEqual(again.desk.containers(), made.desk.containers());
      assert.deepEqual(again.desk.applications(), made.desk.applications());
      assert.deepEqual(again.desk.users(), made.desk.users());
    }),
    { numRuns: 60 },
  );
});

test("a host never hands out more than was declared, whoever asks at once", async () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(amounts, async (wanted) => {
      const made = await catalogueOn();
      made.run(...wanted.map((_, index) => `c${index}`));
      await made.desk.declareHost("host1", hostOf());
      await Promise.all(
        wanted.map((current, index) => {
          const resources = { cpu: { min: 1, max: 400, current, isGuarded: false } };
          return made.desk.subscribe(`c${index}`, containerOf({ resources }));
        }),
      );
      const [host] = made.desk.hosts();
      const held = made.desk
        .containers()
        .reduce((sum, { resources: { cpu } }) => sum + (cpu?.current ?? 0), 0);
      assert.ok(held <= 400);
      assert.equal(host?.resources.cpu?.free, 400 - held);
    }),
    { numRuns: 60 },
  );
});
