// The report builders in a real browser: what is on the screen is what the API answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Jejak } from "../jejak.mjs";
import { calm, open } from "../page.mjs";

let jejak;
let state;

before(async () => {
  jejak = await Jejak.start("demo");
  const page = await open();
  await page.goto(await jejak.link());
  await page.waitForURL(/\/projects\/1\/insights/);
  state = await page.context().storageState();
  jejak.origin = new URL(page.url()).origin;
  await page.context().close();
});

after(() => jejak?.remove());

// report opens a page of the demo's project; search is the report in its address.
async function report(path, search = {}, options = {}) {
  const page = await open({ storageState: state, viewport: { width: 1400, height: 950 }, ...options });
  page.setDefaultTimeout(15_000);
  const address = new URL(`${jejak.origin}/projects/1/${path}`);
  for (const [name, value] of Object.entries(search)) {
    address.searchParams.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  await page.goto(address.href);
  return page;
}

// ask asks the API what the page asks.
const ask = (page, question) =>
  page.evaluate(async (body) => {
    const headers = { "Content-Type": "application/json", "X-Jejak": "1" };
    const answer = await fetch("/api/v1/projects/1/ask", { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }, question);

const number = (n) => n.toLocaleString("en-GB");

// counted waits for a number of the table that opens the people behind it.
const counted = (page, n) =>
  page.locator("table").getByRole("button", { name: new RegExp(`^${number(n)} `) }).first().waitFor();

// settled waits until the answer on the screen is that of the question.
async function settled(page) {
  await page.locator(".answer:not([data-stale])").waitFor();
  await calm(page);
}

// indonesian opens the same report in the other language and theme, and finds nothing wrong with it.
async function indonesian(page, heading) {
  const other = await open({ storageState: state, locale: "id-ID", colorScheme: "dark" });
  await other.goto(page.url());
  await other.getByText(heading, { exact: true }).first().waitFor();
  await settled(other);
  assert.deepEqual([...page.problems, ...other.problems], []);
}

// pick chooses from the list that a button opens.
async function pick(page, button, option) {
  await button.click();
  await page.getByRole("option", { name: option, exact: false }).first().click();
}

const range = { last: 30, unit: "day", zone: "Asia/Jakarta" };

test("a funnel: built by hand, its steps moved by keyboard, its people opened", async () => {
  const page = await report("funnels");
  const step = (n) => page.getByRole("region", { name: `Step ${n}`, exact: true });
  await pick(page, step(1).getByRole("button", { name: /Choose an event/ }), "Sign-up completed");
  await pick(page, step(2).getByRole("button", { name: /Choose an event/ }), "Sign-up started");
  await page.locator("svg.figure").waitFor();
  await page.getByRole("button", { name: /^Move step 2/ }).press("ArrowUp");
  await step(1).getByText("Sign-up started").waitFor();
  const steps = [{ event: "Sign-up started" }, { event: "Sign-up completed" }];
  const answer = await ask(page, { kind: "funnel", range, steps, window: 604800 });
  const [first, last] = answer.funnels[0].steps;
  assert.ok(last.count > 0 && first.count > last.count);
  await counted(page, last.count);
  await counted(page, first.count - last.count);
  await calm(page);
  await page.locator("tbody tr").nth(1).locator("button.count").first().click();
  await page.getByRole("dialog").getByText(`${number(last.count)} people`).waitFor();
  await calm(page);
  await page.getByRole("dialog").getByRole("link").first().click();
  await page.waitForURL(/\/people\/\d+/);
  await page.getByRole("region", { name: "Timeline" }).getByText("Sign-up completed").first().waitFor();
  await calm(page);
  await page.goBack();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await indonesian(page, "Corong");
});

test("a funnel by segment, over time, and as files", async () => {
  const steps = [{ event: "Sign-up started" }, { event: "Sign-up completed" }];
  const page = await report("funnels", { steps, by: ["mp_country_code"], top: 3 });
  const answer = await ask(page, {
    kind: "funnel",
    range,
    steps,
    breakdown: [{ property: "mp_country_code" }],
    top: 3,
    window: 604800,
  });
  for (const funnel of answer.funnels) await counted(page, funnel.steps[1].count);
  for (const kind of ["CSV", "PNG", "SVG"]) {
    await page.getByRole("button", { name: "Download" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: new RegExp(kind) }).click(),
    ]);
    assert.match(file.suggestedFilename(), new RegExp(`\\.${kind.toLowerCase()}$`));
  }
  await page.getByTitle("Conversion over time").click();
  await page.locator("canvas").first().waitFor();
  await page.getByTitle("Time to convert").click();
  await page.waitForURL(/chart=times/);
  await page.getByRole("button", { name: "Why this number?" }).click();
  await page.getByText("An attempt lasts").waitFor();
  await calm(page);
  assert.deepEqual(page.problems, []);
});

test("retention: the triangle of cohorts, and who is in a cell", async () => {
  const birth = { event: "Sign-up completed" };
  const page = await report("retention", { birth, unit: "week" });
  await page.locator("canvas").first().waitFor();
  const question = { kind: "retention", range, unit: "week", birth, return: { any_event: true }, buckets: 8 };
  const answer = await ask(page, question);
  const cohort = answer.tables[0].cohorts[1];
  await counted(page, cohort.people);
  await page.getByText("People", { exact: true }).first().click();
  await counted(page, cohort.retained[1]);
  await page.locator("tbody tr").nth(2).locator("button.count").nth(2).click();
  await page.getByRole("dialog").getByText(`${number(cohort.retained[1])} people`).waitFor();
  await page.keyboard.press("Escape");
  await pick(page, page.getByRole("button", { name: /^Counts who came back/ }), "in it or later");
  await page.waitForURL(/criterion=on_or_after/);
  const later = await ask(page, { ...question, criterion: "on_or_after" });
  await counted(page, later.tables[0].cohorts[1].retained[1]);
  await page.locator(".heat[data-running]").first().waitFor();
  await settled(page);
  await indonesian(page, "Retensi");
});

test("flows: ways drawn, an event hidden, people of a node", async () => {
  const page = await report("flows");
  await page.getByText("Choose the event from which paths begin.").waitFor();
  await pick(page, page.getByRole("button", { name: /Choose an event/ }), "Sign-up completed");
  await page.locator("svg.figure .flow-band").first().waitFor();
  const question = {
    kind: "flow",
    range,
    anchors: [{ event: "Sign-up completed", after: 3 }],
    nodes: 5,
    paths: 20,
  };
  const { steps, top } = (await ask(page, question)).flows[0];
  const node = steps[1].nodes[0];
  await counted(page, steps[0].nodes[0].count);
  const row = page.locator("tbody tr").nth(1);
  await row.getByRole("button", { name: new RegExp(`^${number(node.count)} `) }).click();
  await page.getByRole("dialog").getByText(`${number(node.count)} people`).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Top paths").click();
  await page.getByRole("cell", { name: number(top[0].count), exact: true }).first().waitFor();
  await page.locator(".tables-head").getByText("Steps", { exact: true }).click();
  await page.getByRole("button", { name: `Hide ${node.node[0]}` }).first().click();
  await page.waitForURL(/hidden=/);
  await page.getByRole("button", { name: `Show ${node.node[0]} again` }).waitFor();
  await settled(page);
  await indonesian(page, "Alur");
});

test("a life cycle: its states, and who is in one", async () => {
  const page = await report("lifecycle", { interval: "week" });
  await page.locator("canvas").first().waitFor();
  const answer = await ask(page, { kind: "lifecycle", range, interval: "week", any_event: true });
  const curve = answer.curves[0];
  const row = page.locator("tbody tr").nth(1);
  for (const state of ["new", "returning", "resurrecting", "dormant"]) await counted(page, curve[state][1]);
  await row.locator("button.count").first().click();
  await page.getByRole("dialog").getByText(`${number(curve.new[1])} people`).waitFor();
  await page.keyboard.press("Escape");
  await settled(page);
  await indonesian(page, "Siklus hidup");
});

test("stickiness: in how many days people were active, by country", async () => {
  const page = await report("stickiness", { interval: "week", by: ["mp_country_code"], top: 2 });
  await page.locator("canvas").first().waitFor();
  const question = { kind: "stickiness", range, interval: "week", any_event: true };
  const answer = await ask(page, { ...question, breakdown: [{ property: "mp_country_code" }], top: 2 });
  for (const curve of answer.curves) await counted(page, curve.active);
  await page.getByRole("switch", { name: /at least so many/ }).click();
  const least = await ask(page, { ...question, at_least: true });
  await counted(page, least.curves[0].people[1]);
  await settled(page);
  await indonesian(page, "Kelekatan");
});

test("sessions: all measures, by the value at entry", async () => {
  const page = await report("sessions", { interval: "week", by: ["mp_country_code"], top: 2, at: "entry" });
  await page.locator("canvas").first().waitFor();
  const answer = await ask(page, {
    kind: "sessions",
    range,
    interval: "week",
    metrics: [{ name: "sessions", measure: "total" }, { name: "people", measure: "unique" }],
    breakdown: [{ property: "mp_country_code", at: "entry" }],
    top: 2,
  });
  for (const series of answer.series) await counted(page, series.total);
  await pick(page, page.getByRole("button", { name: /^Draws/ }), "Bounce rate");
  await page.waitForURL(/drawn=bounce/);
  await page.locator("button.count").first().click();
  const people = answer.series.filter((s) => s.metric === "people")[0].total;
  await page.getByRole("dialog").getByText(`${number(people)} people`).waitFor();
  await page.keyboard.press("Escape");
  await settled(page);
  await indonesian(page, "Sesi");
});
