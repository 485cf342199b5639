import { expect, test } from "vitest";
import { questionOf, type RetentionReport, retentionFrom } from "./report";

const now = { today: "2026-03-31", first: "2026-01-01" };

const full: RetentionReport = {
  birth: { event: "sign_up" },
  return: { event: "visit", or: [{ event: "call" }] },
  unit: "week",
  criterion: "on_or_after",
  alignment: "calendar",
  brackets: [1, 3, 7],
  by: ["plan"],
};

test("the address bar holds a whole retention, and opens whatever it holds", () => {
  expect(retentionFrom(JSON.parse(JSON.stringify(full)))).toEqual(full);
  expect(retentionFrom({ birth: 3, unit: "year", buckets: 0, brackets: ["a"] })).toEqual({});
});

test("brackets take the place of buckets", () => {
  expect(questionOf(full, "UTC", now)).toMatchObject({ brackets: [1, 3, 7], unit: "week" });
  expect(questionOf(full, "UTC", now)).not.toHaveProperty("buckets");
  expect(questionOf({}, "UTC", now)).toEqual({
    kind: "retention",
    range: { last: 30, unit: "day", zone: "UTC" },
    unit: "week",
    birth: { any_event: true },
    return: { any_event: true },
    buckets: 8,
  });
  expect(questionOf({ birth: {} }, "UTC", now)).toBeUndefined();
});
