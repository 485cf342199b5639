// A real browser for a test: Debian's Chromium with a fresh profile.
import { chromium } from "playwright-core";

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });

// visitor opens a context that looks like somebody's own browser: a headless one names itself in its agent, and its
// traffic is that of a machine, which charts leave out.
export async function visitor(browser, options = {}) {
  const probe = await browser.newPage();
  const agent = await probe.evaluate(() => navigator.userAgent);
  await probe.close();
  return browser.newContext({ userAgent: agent.replace("HeadlessChrome", "Chrome"), ...options });
}
