import { expect, test } from "vitest";
import { colourAll, seriesColours } from "./colours";

test("a segment keeps its colour, and no two share one while there are enough", () => {
  const book = new Map<string, number>();
  const first = colourAll(["a", "b", "c"], book);
  const second = colourAll(["d", "c", "a"], book);
  expect(second.get("c")).toBe(first.get("c"));
  expect(new Set(second.values()).size).toBe(3);
});

test("more segments than colours begin again", () => {
  const keys = Array.from({ length: seriesColours + 2 }, (_, i) => `s${i}`);
  const given = colourAll(keys, new Map());
  expect(Math.max(...given.values())).toBe(seriesColours - 1);
});
