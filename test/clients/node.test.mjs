// mixpanel for Node, unmodified: what it sends is what is asked back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Mixpanel from "mixpanel";
import { Jejak } from "../jejak.mjs";
import { TLSProxy } from "./tls.mjs";

let jejak;
let proxy;

before(async () => {
  jejak = await Jejak.start();
  proxy = await TLSProxy.start(jejak.base);
});

after(() => {
  proxy?.stop();
  jejak?.remove();
});

const plain = (more = {}) =>
  Mixpanel.init(jejak.project.token, { host: `127.0.0.1:${jejak.port}`, protocol: "http", ...more });

// done turns the library's callbacks into promises that fail with its error.
const done = (call) =>
  new Promise((yes, no) =>
    call((error) => {
      const errors = [error].flat().filter(Boolean);
      errors.length > 0 ? no(errors[0]) : yes();
    }),
  );

const yesterday = new Date(Date.now() - 24 * 3600 * 1000);

test("track: single events with every type of value", async () => {
  const mixpanel = plain();
  await done((cb) => mixpanel.track("Signed in", { distinct_id: "u1", plan: "Pro", tries: 3, remember: true }, cb));
  await done((cb) => mixpanel.track("Signed in", { distinct_id: "u2", plan: "Pro+ ünïcode ✓", tags: ["a", "b"] }, cb));
  await done((cb) => mixpanel.track("Signed in", { distinct_id: "u2", plan: null, nested: { a: 1 } }, cb));
  assert.equal(await jejak.total("Signed in"), 3);
  assert.equal(await jejak.total("Signed in", "unique"), 2);
  assert.equal(await jejak.total("Signed in", "sum", { property: "tries" }), 3);
  assert.deepEqual(await jejak.values("Signed in", "plan"), { '"Pro"': 1, '"Pro+ ünïcode ✓"': 1, null: 1 });
  assert.deepEqual(await jejak.values("Signed in", "remember"), { true: 1, null: 2 });
  assert.deepEqual(await jejak.values("Signed in", "tags"), { '"a"': 1, '"b"': 1, null: 2 });
});

test("track_batch: more than one request's worth, in form bodies without escaping", async () => {
  const events = Array.from({ length: 120 }, (_, i) => ({
    event: "Batched",
    properties: { distinct_id: `b${i % 10}`, n: i, text: "~~~???>>>" },
  }));
  await done((cb) => plain().track_batch(events, cb));
  assert.equal(await jejak.total("Batched"), 120);
  assert.equal(await jejak.total("Batched", "unique"), 10);
  assert.equal(await jejak.total("Batched", "sum", { property: "n" }), (119 * 120) / 2);
  assert.deepEqual(await jejak.values("Batched", "text"), { '"~~~???>>>"': 120 });
});

test("import with a key: single and batch", async () => {
  const mixpanel = plain({ key: jejak.project.api_secret });
  await done((cb) => mixpanel.import("Imported", yesterday, { distinct_id: "i1", $insert_id: "once" }, cb));
  await done((cb) => mixpanel.import("Imported", yesterday, { distinct_id: "i1", $insert_id: "once" }, cb));
  const events = Array.from({ length: 75 }, (_, i) => ({
    event: "Imported",
    properties: { time: yesterday, distinct_id: `i${i}`, n: i },
  }));
  await done((cb) => mixpanel.import_batch(events, cb));
  assert.equal(await jejak.total("Imported"), 76, "the same event twice counts once");
});

test("import with the secret and with a service account: HTTPS only", async () => {
  const { username, secret } = jejak.project.service_account;
  const over = { host: proxy.host, protocol: "https" };
  const bySecret = Mixpanel.init(jejak.project.token, { ...over, secret: jejak.project.api_secret });
  await done((cb) => bySecret.import("By secret", yesterday, { distinct_id: "s" }, cb));
  assert.equal(await jejak.total("By secret"), 1);
  const wrong = Mixpanel.init(jejak.project.token, { ...over, secret: "wrong" });
  await assert.rejects(done((cb) => wrong.import("By secret", yesterday, { distinct_id: "s" }, cb)));
  assert.equal(await jejak.total("By secret"), 1);
  assert.ok(username && secret);
});

test("verbose answers reach the callback without an error", async () => {
  await done((cb) => plain({ verbose: true }).track("Verbose", { distinct_id: "v" }, cb));
  assert.equal(await jejak.total("Verbose"), 1);
});

test("alias, people and groups are accepted and take effect", async () => {
  const mixpanel = plain();
  await done((cb) => mixpanel.alias("u1", "u1@alias", cb));
  assert.equal(await jejak.total("$create_alias"), 1);
  await done((cb) => mixpanel.track("Bought", { distinct_id: "u1" }, cb));
  const { people, groups } = mixpanel;
  const calls = [
    (cb) => people.set("u1", { $name: "Sari", plan: "Pro" }, cb),
    (cb) => people.set_once("u1", "first", "yes", cb),
    (cb) => people.increment("u1", { visits: 2 }, cb),
    (cb) => people.append("u1", "seen", "docs", cb),
    (cb) => people.union("u1", { tags: ["a"] }, cb),
    (cb) => people.remove("u1", { tags: "a" }, cb),
    (cb) => people.track_charge("u1", 12.5, cb),
    (cb) => people.clear_charges("u1", cb),
    (cb) => people.unset("u1", ["plan"], cb),
    (cb) => groups.set("company", "nusa", { size: 12 }, cb),
    (cb) => groups.set_once("company", "nusa", "since", "2026", cb),
    (cb) => groups.union("company", "nusa", { tags: ["b"] }, cb),
    (cb) => groups.remove("company", "nusa", { tags: "b" }, cb),
    (cb) => groups.unset("company", "nusa", ["size"], cb),
    (cb) => groups.delete_group("company", "nusa", cb),
  ];
  for (const call of calls) await done(call);
  const told = (property) => jejak.values("Bought", `=user["${property}"]`);
  assert.deepEqual(await told("visits"), { 2: 1 });
  assert.deepEqual(await told("first"), { '"yes"': 1 });
  assert.deepEqual(await told("plan"), { null: 1 });
  assert.match(Object.keys(await told("$name"))[0], /^"\[name:[0-9a-f]{16}\]"$/, "a name is a token");
  await jejak.stop();
  const report = JSON.parse(jejak.command("fsck", "--data", jejak.data, "--json"));
  assert.equal(report.sound, true);
  await jejak.run("serve");
  assert.deepEqual(await told("visits"), { 2: 1 }, "profiles are on disk");
  await done((cb) => plain().people.delete_user("u1", cb));
  assert.deepEqual(await told("visits"), { null: 1 });
  assert.equal(await jejak.total("Batched"), 120, "a restart changes no answer");
});
