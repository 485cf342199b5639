import { expect, test } from "vitest";
import type { TrendAnswer as Answer, Series } from "../api/types";
import { valueLabel } from "../builder/value";
import type { Report } from "./report";
import { changeOf, linesOf, rowsOf, type Words } from "./result";

const words: Words = {
  notSet: "not set",
  emptyText: "empty",
  other: "other",
  overall: "all",
  yes: "true",
  no: "false",
  metric: (m) => m.event ?? m.formula ?? "any",
};

const series = (metric: string, segment: unknown[], total: number | null, other = false): Series => ({
  metric,
  segment,
  values: [total],
  total,
  ...(other && { other }),
});

const answer = (all: Series[], before?: Series[]): Answer => ({
  kind: "trend",
  range: { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", zone: "UTC" },
  intervals: ["2026-01-01T00:00:00Z"],
  series: all,
  ...(before && {
    compare: {
      range: { from: "2025-12-31T00:00:00Z", to: "2026-01-01T00:00:00Z", zone: "UTC" },
      intervals: ["2025-12-31T00:00:00Z"],
      series: before,
    },
  }),
  explain: {
    rows_read: 1,
    rows_matched: 1,
    took_ms: 1,
    bots_left_out: 0,
    complete_until: "2026-01-02T00:00:00Z",
  },
});

const broken: Report = {
  metrics: [
    { name: "A", event: "a" },
    { name: "B", event: "b" },
  ],
  by: ["plan"],
};

test("a breakdown has a row per segment, then other, then the whole", () => {
  const rows = rowsOf(
    broken,
    answer([
      series("A", [], 9),
      series("A", ["Pro"], 5),
      series("A", [null], 3),
      series("A", [], 1, true),
      series("B", [], 2),
      series("B", ["Pro"], 2),
    ]),
    words,
  );
  expect(rows.map((row) => row.label)).toEqual(["Pro", "not set", "other", "all"]);
  expect(rows[0]?.cells.map((cell) => cell.series.total)).toEqual([5, 2]);
});

test("the text null and a value that is not set are two segments", () => {
  const rows = rowsOf(broken, answer([series("A", ["null"], 1), series("A", [null], 2)]), words);
  expect(rows.map((row) => [row.label, row.faint])).toEqual([
    ["null", false],
    ["not set", true],
  ]);
});

test("the same values give the same colours, whatever their order", () => {
  const book = new Map<string, number>();
  const report: Report = { metrics: [{ name: "A", event: "a" }], by: ["plan"] };
  const coloursOf = (segments: string[]) => {
    const rows = rowsOf(report, answer(segments.map((s) => series("A", [s], 1))), words);
    return new Map(linesOf(report, rows, book).map((line) => [line.label, line.colour]));
  };
  const first = coloursOf(["Pro", "Free", "Team"]);
  const second = coloursOf(["Team", "Pro"]);
  expect(second.get("Team")).toBe(first.get("Team"));
  expect(second.get("Pro")).toBe(first.get("Pro"));
});

test("the whole is drawn only when there is nothing else", () => {
  const rows = rowsOf(broken, answer([series("A", [], 9), series("A", ["Pro"], 5)]), words);
  expect(linesOf(broken, rows, new Map()).map((line) => line.row.label)).toEqual(["Pro"]);
});

test("a change is a ratio, points for percentages, and nothing where it cannot be said", () => {
  const cell = (now: number | null, then: number | null, percent = false) => ({
    metric: { name: "A", percent },
    series: series("A", [], now),
    before: series("A", [], then),
  });
  expect(changeOf(cell(12, 10))).toBeCloseTo(0.2);
  expect(changeOf(cell(0.5, 0.4, true))).toBeCloseTo(0.1);
  expect(changeOf(cell(3, 0))).toBeUndefined();
  expect(changeOf(cell(null, 3))).toBeUndefined();
});

test("values are read as people read them", () => {
  const read = (value: unknown) => valueLabel(value, words);
  expect([null, "", true, 3.5, "x", ["a", 1]].map(read)).toEqual([
    "not set",
    "empty",
    "true",
    "3.5",
    "x",
    '["a",1]',
  ]);
});
