// Pages of a real browser for a test, each with what it complained of.
import assert from "node:assert/strict";
import { after } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./chromium.mjs";

let launched;

after(async () => (await launched)?.close());

// open starts a context that notes everything the browser complains of.
export async function open(options) {
  launched ??= launch();
  const context = await (await launched).newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on("console", (m) => m.type() === "error" && page.problems.push(m.text()));
  page.on("pageerror", (e) => page.problems.push(String(e)));
  return page;
}

// calm fails when axe finds a fault of accessibility.
export const calm = async (page) => {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`), []);
};
