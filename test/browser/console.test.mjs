// The console's main paths in a real browser, under the real content security policy.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as OTPAuth from "otpauth";
import { Jejak } from "../jejak.mjs";
import { calm, open } from "../page.mjs";

test("the demo: a link, a chart, events and counters, in two languages", async (t) => {
  const jejak = await Jejak.start("demo");
  t.after(() => jejak.remove());
  const page = await open();
  await page.goto(await jejak.link());
  await page.waitForURL(/\/projects\/1\/insights/);
  await page.locator("canvas").first().waitFor();
  assert.match(await page.locator("main").innerText(), /Asia\/Jakarta/);
  await calm(page);
  await page.getByRole("link", { name: "Live", exact: true }).click();
  await page.getByRole("heading", { name: "Live" }).waitFor();
  await page.getByRole("link", { name: "Data in", exact: true }).click();
  await page.getByText("mixpanel.init").first().waitFor();
  await calm(page);
  const other = await open({ locale: "id-ID", colorScheme: "dark", storageState: await page.context().storageState() });
  await other.goto(`${new URL(page.url()).origin}/`);
  await other.locator("canvas").first().waitFor();
  assert.equal(await other.evaluate(() => document.documentElement.lang), "id");
  assert.deepEqual([...page.problems, ...other.problems], []);
});

test("set-up with a passkey, the first event turns the page green, and sign-in again", async (t) => {
  const jejak = await Jejak.start();
  t.after(() => jejak.remove());
  const page = await open();
  await authenticator(page);
  await page.goto(await jejak.link());
  await page.getByLabel("Your name or e-mail address").fill("sari");
  await page.getByRole("button", { name: "Make a passkey" }).click();
  await page.waitForURL(/\/projects\//);
  const origin = new URL(page.url()).origin;
  await page.goto(`${origin}/projects/${jejak.project.id}/data`);
  await page.locator(".first-event:not([data-arrived])").waitFor();
  const sent = await page.request.post(`${origin}/track`, {
    form: { data: JSON.stringify({ event: "Hello", properties: { token: jejak.project.token, distinct_id: "me" } }) },
    headers: { "User-Agent": "Mozilla/5.0" },
  });
  assert.equal(await sent.text(), "1");
  await page.locator(".first-event[data-arrived]").waitFor();
  await page.context().clearCookies();
  await page.goto(`${origin}/`);
  await page.getByRole("button", { name: /passkey/i }).click();
  await page.waitForURL(/\/projects\//);
  assert.deepEqual(page.problems.filter((p) => !p.includes("401")), []);
});

test("set-up with a password and a code", async (t) => {
  const jejak = await Jejak.start();
  t.after(() => jejak.remove());
  const page = await open();
  await page.goto(await jejak.link());
  await page.getByLabel("Your name or e-mail address").fill("budi");
  await page.getByText("Password and code").click();
  await page.getByLabel("Password", { exact: true }).fill("a sentence that is long");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Add the second proof").waitFor();
  const secret = (await page.locator("main, body").first().innerText()).replaceAll(" ", "").match(/[A-Z2-7]{32,}/)?.[0];
  assert.ok(secret, "the secret can be typed by hand");
  await page.getByLabel("Code from the app").fill(new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) }).generate());
  await page.getByRole("button", { name: "Finish" }).click();
  await keepCodes(page);
  await page.waitForURL(/\/projects\//);
  const link = await jejak.link();
  const late = await open();
  await late.goto(link);
  await late.getByText("This Jejak has an owner already.").waitFor();
});

async function keepCodes(page) {
  await page.getByText("Keep your recovery codes").waitFor();
  const box = page.getByLabel("I have stored these codes");
  if ((await box.count()) > 0) await box.check();
  await page.getByRole("button", { name: "Open Jejak" }).click();
}

// authenticator gives the browser a security key that always says yes.
async function authenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
