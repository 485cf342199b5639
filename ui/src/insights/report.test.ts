import { describe, expect, test } from "vitest";
import { askable } from "../builder/filter";
import { isDrawn, nextName, propertiesOf, questionOf, type Report, reportFrom } from "./report";

const now = { today: "2026-03-31", first: "2026-01-01" };

const full: Report = {
  metrics: [
    { name: "A", event: "API call", measure: "unique", cumulative: true },
    { name: "B", any: true, measure: "percentile", property: "ms", percentile: 95, rolling: 7 },
    { name: "C", formula: "A / B", percent: true },
  ],
  filter: { all: [{ property: "plan", operator: "is", values: ["Pro", 3, true, null] }] },
  by: ["$city", "plan"],
  top: 8,
  range: "2026-01-01..2026-02-01",
  interval: "week",
  compare: "month",
  chart: "bar",
  bots: true,
};

describe("the address bar", () => {
  test("holds a whole report", () => {
    expect(reportFrom(JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  test("opens whatever it holds", () => {
    const broken = {
      metrics: [{ name: "1" }, { name: "A", measure: "guess", event: 3 }, { name: "A" }, null],
      filter: { all: "no" },
      by: ["x", "x", 4, "y", "z", "w"],
      top: 0,
      range: "soon",
      interval: "year",
      compare: 1,
      chart: "pie",
      bots: "yes",
    };
    expect(reportFrom(broken)).toEqual({ metrics: [{ name: "A" }], by: ["x", "y", "z"] });
  });

  test("keeps no operator that the server does not know", () => {
    const filter = { property: "plan", operator: "like", values: ["a"] };
    expect(reportFrom({ filter }).filter).toEqual({ property: "plan", values: ["a"] });
  });
});

describe("the question", () => {
  test("says what the report says, without how it is drawn", () => {
    expect(questionOf(full, "Asia/Jakarta", now)).toEqual({
      kind: "trend",
      range: { from: "2026-01-01", to: "2026-02-01", zone: "Asia/Jakarta" },
      interval: "week",
      metrics: [
        { name: "A", event: "API call", measure: "unique", cumulative: true },
        {
          name: "B",
          any_event: true,
          measure: "percentile",
          property: "ms",
          percentile: 95,
          rolling_average: 7,
        },
        { name: "C", formula: "A / B" },
      ],
      filter: full.filter,
      breakdown: [{ property: "$city" }, { property: "plan" }],
      top: 8,
      compare: { by: "month" },
      include_bots: true,
    });
  });

  test("is not asked while something is still being chosen", () => {
    expect(questionOf({ metrics: [{ name: "A" }] }, "UTC", now)).toBeUndefined();
    expect(questionOf({ metrics: [{ name: "A", any: true, measure: "sum" }] }, "UTC", now)).toBeUndefined();
    expect(questionOf({ metrics: [] }, "UTC", now)).toBeUndefined();
  });

  test("leaves out conditions that have no values yet", () => {
    const whole = { property: "b", operator: "set" as const };
    const open = { property: "a", operator: "is" as const, values: [] };
    expect(askable({ any: [open, { all: [open] }, whole] })).toEqual({ any: [whole] });
    expect(askable({ all: [open] })).toBeUndefined();
  });
});

test("names of metrics are not given twice", () => {
  expect(nextName([{ name: "A" }, { name: "C" }])).toBe("B");
  expect(nextName(Array.from({ length: 26 }, (_, i) => ({ name: String.fromCharCode(65 + i) })))).toBe("A1");
});

test("what a formula uses is drawn only when asked for", () => {
  const metrics = full.metrics ?? [];
  expect(metrics.map((m) => isDrawn(m, metrics))).toEqual([false, false, true]);
  expect(isDrawn({ name: "A", show: true }, metrics)).toBe(true);
});

test("a report knows every property it shows", () => {
  expect(propertiesOf(full)).toEqual(["$city", "plan", "ms", "plan"]);
});
