import { expect, test } from "vitest";
import { type LifeReport, lifecycleOf, lifeFrom, stickinessOf } from "./report";

const now = { today: "2026-03-31", first: "2026-01-01" };
const plan = { property: "plan", operator: "is" as const, values: ["pro"] };
const full: LifeReport = {
  active: { event: "visit", filter: { all: [plan] } },
  filter: { any: [{ property: "$city", operator: "set" }] },
  interval: "week",
  least: true,
};

test("the address bar holds a whole report, and opens whatever it holds", () => {
  expect(lifeFrom(JSON.parse(JSON.stringify(full)))).toEqual(full);
  expect(lifeFrom({ active: 1, interval: "minute" })).toEqual({});
});

test("the event's filter and the report's hold together", () => {
  expect(lifecycleOf(full, "UTC", now)).toEqual({
    kind: "lifecycle",
    range: { last: 30, unit: "day", zone: "UTC" },
    interval: "week",
    event: "visit",
    filter: { all: [full.filter, full.active?.filter] },
  });
  expect(stickinessOf({ least: true }, "UTC", now)).toMatchObject({ any_event: true, at_least: true });
  expect(stickinessOf({ active: {} }, "UTC", now)).toBeUndefined();
});
