import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Document } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { InMemoryDocumentStore } from "@sc/ports/testing";
import {
  agentAddress,
  applicationOf,
  catalogueOn,
  containerOf,
  good,
  hostOf,
  problemIn,
  userOf,
} from "./catalogue-fixture.ts";

const disk = {
  name: "ssd",
  type: "SSD",
  path: "/mnt/ssd",
  load: 1,
  read: { max: 400, free: 300 },
  write: { max: 200 },
};

async function filled() {
  const made = await catalogueOn();
  made.run("web", "db");
  const { desk } = made;
  good(await desk.declareHost("host1", hostOf({ disks: [disk] })));
  good(await desk.subscribe("web", containerOf()));
  good(await desk.declareApplication("shop", applicationOf()));
  good(await desk.declareUser("ann", userOf()));
  return made;
}

describe("a host", () => {
  test("elsewhere is asked whether it is there, and is not taken either way", async () => {
    const { desk, probe } = await catalogueOn();
    assert.match(
      problemIn(await desk.declareHost("host2", hostOf())),
      /UNREACHABLE Could not connect to this host/,
    );
    probe.answering.add(`${agentAddress.address}:${agentAddress.port}`);
    assert.match(problemIn(await desk.declareHost("host2", hostOf())), /HOST_ELSEWHERE/);
    assert.deepEqual(desk.hosts(), []);
    good(await desk.declareHost("host1-alias", hostOf()));
  });

  test("is declared once, with no more free than there is", async () => {
    const { desk } = await filled();
    assert.match(
      problemIn(await desk.declareHost("host1", hostOf())),
      /host with name host1 already exists/,
    );
    const resources = { cpu: { max: 100, free: 101 } };
    const wrong = hostOf({ resources });
    assert.match(
      problemIn(await desk.declareHost("host1-alias", wrong)),
      /resources.cpu: free 101/,
    );
  });

  test("stays while containers are subscribed there", async () => {
    const { desk } = await filled();
    assert.match(problemIn(await desk.removeHost("host1")), /HOST_IN_USE on host host1 .*: web/);
    good(await desk.desubscribe("web"));
    good(await desk.removeHost("host1"));
    assert.deepEqual(desk.hosts(), []);
  });

  test("gets disks once, and tells what is free of them", async () => {
    const { desk } = await filled();
    const more = [
      { ...disk, path: "/elsewhere" },
      { ...disk, name: "hdd" },
    ];
    const { disks } = good(await desk.addDisks("host1", more));
    assert.deepEqual(
      disks.map(({ name, path }) => [name, path]),
      [
        ["ssd", "/mnt/ssd"],
        ["hdd", "/mnt/ssd"],
      ],
    );
    const bound = containerOf({
      resources: {
        cpu: { min: 1, max: 100, current: 50, isGuarded: false },
        disk_read: { min: 1, max: 100, current: 60, isGuarded: false },
        disk_write: { min: 1, max: 100, current: 40, isGuarded: false },
      },
      disk: { name: "ssd", path: "/mnt/ssd/db" },
    });
    good(await desk.subscribe("db", bound));
    const [ssd] = good(
      await desk.changeDisks("host1", [{ name: "ssd", readMax: 500, writeMax: 100 }]),
    ).disks;
    assert.deepEqual(ssd, {
      name: "ssd",
      type: "SSD",
      path: "/mnt/ssd",
      load: 2,
      read: { max: 500, free: 340 },
      write: { max: 100, free: 60 },
    });
    const unknown = [{ name: "nvme", readMax: 1, writeMax: 1 }];
    assert.match(
      problemIn(await desk.changeDisks("host1", unknown)),
      /Missing disk nvme in host host1/,
    );
  });

  test("refuses a container for which its disk is too slow", async () => {
    const { desk } = await filled();
    const figures = { min: 1, max: 300, isGuarded: false };
    const bound = containerOf({
      resources: {
        cpu: { ...figures, current: 50 },
        disk_read: { ...figures, current: 250 },
        disk_write: { ...figures, current: 60 },
      },
      disk: { name: "ssd", path: "/" },
    });
    assert.match(
      problemIn(await desk.subscribe("db", bound)),
      /not have enough free bandwidth requested on disk ssd/,
    );
  });

  test("changes how much it has, and has no switches of resources", async () => {
    const { desk } = await filled();
    const subject = { name: "host1", kinds: ["host"] as const };
    good(await desk.update(subject, { resources: { cpu: { max: 800 } }, isGuarded: true }));
    const [host] = desk.hosts();
    assert.deepEqual(host?.resources.cpu, { max: 800, free: 700 });
    assert.equal(host?.isGuarded, true);
    const guard = { resources: { cpu: { isGuarded: true } } };
    assert.match(
      problemIn(await desk.update(subject, guard)),
      /a host has no resources.cpu.isGuarded/,
    );
    const net = { resources: { net: { max: 5 } } };
    assert.match(
      problemIn(await desk.update(subject, net)),
      /RESOURCE_MISSING Resource 'net' is missing in structure host1/,
    );
  });
});

describe("members", () => {
  test("are in one application and belong to one user", async () => {
    const { desk } = await filled();
    good(await desk.declareApplication("blog", applicationOf()));
    good(await desk.declareUser("bob", userOf()));
    good(await desk.attachContainer({ container: "web", application: "shop" }));
    assert.match(
      problemIn(await desk.attachContainer({ container: "web", application: "blog" })),
      /ALREADY_SUBSCRIBED Container 'web' is already subscribed to app 'shop'/,
    );
    good(await desk.attachApplication({ application: "shop", user: "ann" }));
    assert.match(
      problemIn(await desk.attachApplication({ application: "shop", user: "bob" })),
      /Application 'shop' already subscribed to user 'ann'/,
    );
    assert.equal(desk.containers()[0]?.application, "shop");
    const shop = desk.applications().find(({ name }) => name === "shop");
    assert.equal(shop?.user, "ann");
    assert.equal(shop?.resources.cpu?.current, 100);
    assert.equal(desk.users()[0]?.resources.cpu?.current, 100);
  });

  test("leave, and those who are not there cannot", async () => {
    const { desk } = await filled();
    const [inShop, ofAnn] = [
      { container: "web", application: "shop" },
      { application: "shop", user: "ann" },
    ];
    assert.match(
      problemIn(await desk.detachContainer(inShop)),
      /Container 'web' missing in app 'shop'/,
    );
    assert.match(problemIn(await desk.detachApplication(ofAnn)), /'shop' missing in user 'ann'/);
    good(await desk.attachContainer(inShop));
    good(await desk.attachApplication(ofAnn));
    good(await desk.detachContainer(inShop));
    good(await desk.detachApplication(ofAnn));
    assert.deepEqual(desk.applications()[0]?.containers, []);
    assert.deepEqual(desk.users()[0]?.applications, []);
  });

  test("must be of the right kind", async () => {
    const { desk } = await filled();
    for (const [container, application] of [
      ["db", "shop"],
      ["shop", "shop"],
      ["web", "ann"],
    ] as const) {
      assert.match(problemIn(await desk.attachContainer({ container, application })), /not found/);
    }
    assert.match(
      problemIn(await desk.attachApplication({ application: "web", user: "ann" })),
      /not found/,
    );
  });

  test("stay when what they are in is removed, and are free to join another", async () => {
    const { desk } = await filled();
    good(await desk.attachContainer({ container: "web", application: "shop" }));
    good(await desk.attachApplication({ application: "shop", user: "ann" }));
    good(await desk.removeUser("ann"));
    assert.equal(desk.applications()[0]?.user, undefined);
    good(await desk.declareUser("ann", userOf()));
    good(await desk.attachApplication({ application: "shop", user: "ann" }));
    good(await desk.removeApplication("shop"));
    assert.deepEqual(desk.users()[0]?.applications, []);
    assert.equal(desk.containers()[0]?.application, undefined);
  });
});

describe("a change", () => {
  const web = { name: "web" };

  test("of the guard makes the modes, all of them in one call, and puts limits back", async () => {
    const { admission, desk, registry } = await filled();
    const modes = () => {
      const settings = registry.settingsOf(nameFor("web"))?.resources;
      return [settings?.cpu.mode, settings?.mem.mode];
    };
    const both = { cpu: { isGuarded: true }, mem: { isGuarded: true } };
    good(await desk.update(web, { resources: both }));
    assert.deepEqual(modes(), ["auto", "auto"]);
    good(await desk.update(web, { isGuarded: false }));
    assert.deepEqual(modes(), ["observe", "observe"]);
    assert.deepEqual(admission.left, [[nameFor("web"), ["cpu", "mem"]]]);
    good(await desk.update(web, { isGuarded: true, resources: { mem: { isGuarded: false } } }));
    assert.deepEqual(modes(), ["auto", "observe"]);
  });

  test("of a mode in another way is what the guard says", async () => {
    const { desk, registry } = await filled();
    const resources = { cpu: { mode: "observe" }, mem: { mode: "auto" } } as const;
    await registry.update({ structures: [{ name: nameFor("web"), resources }] }, "required");
    const [view] = desk.containers();
    assert.deepEqual(
      [view?.isGuarded, view?.resources.cpu?.isGuarded, view?.resources.mem?.isGuarded],
      [true, false, true],
    );
  });

  test("of figures is in force at once, and keeps min at most max", async () => {
    const { desk, registry } = await filled();
    const resources = {
      cpu: { max: 350, min: 60, weight: 2, boundaryPercent: 5 },
      mem: { max: 512 },
    };
    good(await desk.update(web, { resources }));
    const cpu = registry.settingsOf(nameFor("web"))?.resources.cpu;
    assert.deepEqual([cpu?.min, cpu?.max, cpu?.boundary], [60, 350, { percent: 5, of: "current" }]);
    assert.equal(desk.containers()[0]?.resources.cpu?.weight, 2);
    for (const [wrong, why] of [
      [{ cpu: { max: 59 } }, /min 60 must be at most max 59/],
      [{ cpu: { min: 351 } }, /min 351 must be at most max 350/],
      [{ cpu: { min: -1 } }, /min is -1/],
      [{ cpu: { boundaryPercent: 100.5 } }, /boundaryPercent is 100.5/],
      [{ cpu: { current: 5 } }, /current of cpu cannot be set/],
      [{ energy: { max: 5 } }, /'energy' is missing in structure web/],
    ] as const) {
      assert.match(problemIn(await desk.update(web, { resources: wrong })), why);
    }
  });

  test("that is judged beside another one not yet saved sees it", async () => {
    const { desk } = await filled();
    const answers = await Promise.all([
      desk.update(web, { resources: { cpu: { max: 60 } } }),
      desk.update(web, { resources: { cpu: { min: 61 } } }),
    ]);
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [true, false],
    );
  });

  test("of what is kept of energy stays between its bounds", async () => {
    const { desk } = await filled();
    const energy = { min: 10, max: 50, isGuarded: false };
    good(await desk.declareApplication("grid", { ...applicationOf(), resources: { energy } }));
    const grid = { name: "grid", kinds: ["application"] as const };
    good(await desk.update(grid, { resources: { energy: { current: 20 } } }));
    const over = { resources: { energy: { current: 51 } } };
    assert.match(
      problemIn(await desk.update(grid, over)),
      /current 51 must be from min 10 to max 50/,
    );
    const found = good(desk.find(grid));
    assert.ok(found.kind === "application");
    assert.equal(found.resources.energy?.current, 20);
  });

  test("of a user is of min and max alone", async () => {
    const { desk } = await filled();
    const ann = { name: "ann", kinds: ["user"] as const };
    good(await desk.update(ann, { resources: { cpu: { max: 900 } } }));
    assert.equal(desk.users()[0]?.resources.cpu?.max, 900);
    assert.match(problemIn(await desk.update(ann, { state: "running" })), /a user has no state/);
    const weight = { resources: { cpu: { weight: 1 } } };
    assert.match(problemIn(await desk.update(ann, weight)), /a user has no resources.cpu.weight/);
  });

  test("of a name that is of another kind is a change of nothing", async () => {
    const { desk } = await filled();
    const subject = { name: "ann", kinds: ["host", "container", "application"] as const };
    assert.match(
      problemIn(await desk.update(subject, { isGuarded: true })),
      /UNKNOWN .*ann not found/,
    );
  });

  test("from an older revision is refused", async () => {
    const { desk } = await filled();
    const { revision } = good(desk.find({ name: "shop" }));
    good(await desk.update({ name: "shop" }, { state: "running" }, revision));
    assert.match(
      problemIn(await desk.update({ name: "shop" }, { state: "stopped" }, revision)),
      /STALE_REVISION/,
    );
  });

  test("that cannot be saved is not in force, nor is what was judged on it", async () => {
    const { desk, registry, store } = await filled();
    store.refuse("the disk is full");
    const answers = await Promise.all([
      desk.update(web, { resources: { cpu: { max: 301 } } }),
      desk.declareApplication("blog", applicationOf()),
      desk.attachContainer({ container: "web", application: "blog" }),
    ]);
    for (const answer of answers) assert.match(problemIn(answer), /NOT_SAVED .*disk is full/);
    store.refuse(undefined);
    assert.equal(registry.settingsOf(nameFor("web"))?.resources.cpu.max, 300);
    assert.match(problemIn(desk.find({ name: "blog" })), /not found/);
    good(await desk.declareApplication("blog", applicationOf()));
  });
});

describe("what was stored", () => {
  test("is there after a restart, as it was", async () => {
    const first = await filled();
    good(await first.desk.attachContainer({ container: "web", application: "shop" }));
    const again = await catalogueOn(first.store, first.host);
    assert.deepEqual(again.desk.containers(), first.desk.containers());
    assert.deepEqual(again.desk.applications(), first.desk.applications());
    assert.deepEqual(again.desk.hosts(), first.desk.hosts());
    assert.deepEqual(again.desk.users(), first.desk.users());
  });

  test("and cannot be understood gives its place to what is declared anew", async () => {
    const content = { applications: [], resources: {} };
    const broken: Document = { kind: "user", name: nameFor("ann"), content };
    const store = new InMemoryDocumentStore([broken]);
    const fault = { kind: "user", name: "ann", revision: 1, text: "wrong" } as const;
    store.faults = [{ ...fault, code: "SC_DOCUMENT_INVALID" }];
    const load = store.load.bind(store);
    store.load = async () => {
      const loaded = await load();
      return loaded.ok ? { ok: true, value: { ...loaded.value, documents: [] } } : loaded;
    };
    const { desk } = await catalogueOn(store);
    assert.deepEqual(desk.users(), []);
    assert.equal(good(await desk.declareUser("ann", userOf())).revision, 2);
  });

  test("and cannot be read lets nothing be changed", async () => {
    const made = await catalogueOn();
    const { desk } = await catalogueOn(undefined, undefined, undefined, "unread");
    assert.match(problemIn(await desk.declareUser("ann", userOf())), /SC_STATE_UNREADABLE/);
    good(await made.desk.declareUser("ann", userOf()));
  });
});
