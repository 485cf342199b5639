// A real browser for a test: Debian's Chromium with a fresh profile.
import { chromium } from "playwright-core";

// A headless browser names itself in its agent, and its traffic is that of a machine, which charts leave out. The agent of
// the whole browser is replaced: beacons are sent when a page's own settings are gone.
const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

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
      `--user-agent=${agent}`,
    ],
  });
