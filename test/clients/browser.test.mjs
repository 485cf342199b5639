// mixpanel-browser, unmodified, in a real browser on a page of another origin: what it sends is what is asked back.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { launch } from "../chromium.mjs";
import { Jejak, until } from "../jejak.mjs";

const library = readFileSync(createRequire(import.meta.url).resolve("mixpanel-browser/dist/mixpanel.module.js"));

let jejak;
let site;
let browser;

before(async () => {
  jejak = await Jejak.start();
  site = await startSite();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  site?.close();
  jejak?.remove();
});

// startSite serves the pages of somebody's product.
function startSite() {
  const server = createServer((ask, answer) => {
    if (ask.url.startsWith("/mixpanel.js")) return answer.writeHead(200, { "Content-Type": "text/javascript" }).end(library);
    answer
      .writeHead(200, { "Content-Type": "text/html" })
      .end('<!doctype html><title>Shop</title><script type="module">import mixpanel from "/mixpanel.js"; window.mixpanel = mixpanel;</script><p>Hello');
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

const address = (path) => `http://127.0.0.1:${site.address().port}${path}`;

// visit opens a page as a fresh visitor and starts the library there.
async function visit(path = "/", config = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (m) => m.type() === "error" && page.problems.push(m.text()));
  await page.goto(address(path));
  await begin(page, config);
  return page;
}

async function begin(page, config = {}) {
  await page.waitForFunction(() => window.mixpanel !== undefined);
  await page.evaluate(
    ([token, api_host, more]) => void window.mixpanel.init(token, { api_host, batch_flush_interval_ms: 100, ...more }),
    [jejak.project.token, jejak.base, config],
  );
}

// queued waits until the library has put so many events into its queue, which it does a moment after track returned.
const queued = (page, n) =>
  page.waitForFunction((n) => {
    const queues = Object.keys(localStorage).filter((key) => key.startsWith("__mpq_") && key.endsWith("_ev"));
    return queues.some((key) => JSON.parse(localStorage[key]).length === n);
  }, n);

const comes = (event, n, ...rest) =>
  until(`${n} times ${event}`, async () => (await jejak.total(event, ...rest)) === n, async () => JSON.stringify(await jejak.counters()));

test("track: in batches, with what the library adds", async () => {
  const page = await visit("/shop?utm_source=newsletter&utm_campaign=nov&gclid=abc");
  await page.evaluate(() => {
    for (let i = 0; i < 7; i++) window.mixpanel.track("Clicked", { n: i, ok: true, tags: ["x", "y"] });
  });
  await comes("Clicked", 7);
  assert.equal(await jejak.total("Clicked", "unique"), 1);
  assert.equal(await jejak.total("Clicked", "sum", { property: "n" }), 21);
  assert.deepEqual(await jejak.values("Clicked", "utm_source"), { '"newsletter"': 7 });
  assert.deepEqual(await jejak.values("Clicked", "tags"), { '"x"': 7, '"y"': 7 });
  assert.deepEqual(await jejak.values("Clicked", "$browser"), { '"Chrome"': 7 });
  assert.deepEqual(page.problems, [], "the browser complains of nothing");
});

test("unbatched: the callback hears that it was taken", async () => {
  const page = await visit("/", { batch_requests: false });
  const heard = await page.evaluate(() => new Promise((done) => window.mixpanel.track("Unbatched", {}, done)));
  assert.equal(heard, 1);
  const verbose = await visit("/", { batch_requests: false, verbose: true });
  const said = await verbose.evaluate(() => new Promise((done) => window.mixpanel.track("Unbatched", {}, done)));
  assert.equal(said.status, 1);
  await comes("Unbatched", 2);
});

test("page hide: the queue goes by beacon and again later, and counts once", async () => {
  // What a page left behind is sent by the next one after twice the interval.
  const page = await visit("/", { batch_flush_interval_ms: 4_000 });
  await page.evaluate(() => {
    window.mixpanel.track("Before leaving", { n: 1 });
    window.mixpanel.track("Before leaving", { n: 2 });
  });
  await queued(page, 2);
  await page.goto("about:blank"); // the beacon
  await comes("Before leaving", 2);
  const received = (await jejak.counters()).received;
  await page.goto(address("/")); // the queue is still there and is sent again
  await begin(page);
  await page.evaluate(() => window.mixpanel.track("Came back"));
  await comes("Came back", 1);
  await until("the queue was sent again", async () => (await jejak.counters()).received >= received + 3);
  assert.equal(await jejak.total("Before leaving"), 2);
  const c = await jejak.counters();
  assert.ok(c.duplicates >= 2, "the second arrival was recognised");
  assert.equal(c.durable, c.askable + c.duplicates);
});

test("reload: the visitor stays the same", async () => {
  const page = await visit("/");
  await page.evaluate(() => window.mixpanel.track("Reloading"));
  await comes("Reloading", 1);
  await page.reload();
  await begin(page);
  await page.evaluate(() => window.mixpanel.track("Reloading"));
  await comes("Reloading", 2);
  assert.equal(await jejak.total("Reloading", "unique"), 1);
});

test("an explicit beacon", async () => {
  const page = await visit("/", { batch_requests: false });
  await page.evaluate(() => window.mixpanel.track("Beacon", {}, { transport: "sendBeacon" }));
  await page.goto("about:blank");
  await comes("Beacon", 1);
});

test("identify, alias, people, groups, opt-in", async () => {
  const page = await visit("/");
  await page.evaluate(() => {
    const m = window.mixpanel;
    m.track("Anonymous");
    m.identify("user-1");
    m.people.set({ $name: "Sari", plan: "Pro" });
    m.people.increment("visits");
    m.set_group("company", ["nusa"]);
    m.get_group("company", "nusa").set({ size: 12 });
    m.track("Known");
    m.alias("sari");
    m.opt_in_tracking();
    m.reset();
    m.track("Somebody new");
  });
  await comes("Somebody new", 1);
  await comes("Known", 1);
  await comes("$identify", 2); // alias identifies again
  await comes("$create_alias", 1);
  await comes("$opt_in", 1);
  assert.deepEqual(await jejak.values("Known", "company"), { '"nusa"': 1 });
});

test("flags, settings and recordings are content", async () => {
  const page = await visit("/", { flags: true, remote_settings_mode: "fallback", track_pageview: true });
  await page.evaluate(() => window.mixpanel.flags.when_ready?.());
  const fallback = await page.evaluate(() => window.mixpanel.flags.get_variant_value("none", "kept"));
  assert.equal(fallback, "kept");
  await comes("$mp_web_page_view", 1);
  const record = await page.evaluate(async (base) => {
    const answer = await fetch(`${base}/record/?format=body&seq=0`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa("token:")}`, "Content-Type": "application/octet-stream" },
      body: "[]",
    });
    return [answer.status, typeof (await answer.json())];
  }, jejak.base);
  assert.deepEqual(record, [200, "object"]);
  assert.deepEqual(page.problems, [], "no preflight fails");
});

test("nothing was refused, and the counters reconcile", async () => {
  const c = await jejak.counters();
  const refused = Object.values(c.refused ?? {}).reduce((a, b) => a + b, 0);
  assert.equal(refused, 0, JSON.stringify(c));
  assert.equal(c.durable, c.askable + c.duplicates);
});
