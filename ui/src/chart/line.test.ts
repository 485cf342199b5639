import { expect, test } from "vitest";
import { progressOf } from "./line";
import { splitLine } from "./options";

const starts = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"];
const end = "2026-01-04T00:00:00Z";

test("an interval is over when the answer is complete until its end", () => {
  expect(progressOf(starts, end, "2026-01-02T12:00:00Z")).toEqual({ whole: 1, begun: 2 });
  expect(progressOf(starts, end, end)).toEqual({ whole: 3, begun: 3 });
  expect(progressOf(starts, end, "2025-12-31T00:00:00Z")).toEqual({ whole: 0, begun: 0 });
});

test("the dashed piece begins where the solid one ends", () => {
  expect(splitLine([1, 2, 3], 1, 2)).toEqual({ over: [1, null, null], running: [1, 2, null] });
  expect(splitLine([1, 2, 3], 3, 3)).toEqual({ over: [1, 2, 3], running: [null, null, null] });
});
