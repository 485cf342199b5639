import { expect, test } from "vitest";
import type { Drawing } from "./line";
import { tipFor } from "./tip";

const drawing = (label: string): Drawing => ({
  kind: "line",
  lines: [
    { key: "a", label, colour: 0, values: [1, 2], percent: false },
    { key: "b", label: "b", colour: 1, values: [null, 7], percent: false },
  ],
  starts: ["one", "two"],
  tick: (start) => start,
  long: (start) => start,
  whole: 1,
  begun: 2,
  stacked: false,
  number: String,
  short: String,
  percent: String,
  words: { earlier: "earlier", incomplete: "not over", more: String },
});

test("names of strangers are text in the tip, never markup", () => {
  const tip = tipFor(drawing("<img src=x onerror=alert(1)>"), 0);
  expect(tip.querySelector("img")).toBeNull();
  expect(tip.textContent).toContain("<img src=x onerror=alert(1)>");
});

test("the largest comes first, and what is not over says so", () => {
  const text = tipFor(drawing("a"), 1).textContent ?? "";
  expect(text).toMatch(/^twonot over.*b7.*a2$/);
});
