import { expect, test } from "vitest";
import { brief, ordered, written } from "./properties";

test("the product's own properties come first", () => {
  expect(ordered({ $os: 1, b: 2, utm_source: 3, a: 4 }).map(([name]) => name)).toEqual([
    "a",
    "b",
    "$os",
    "utm_source",
  ]);
});

test("a line has a few plain values, and nothing of endless length", () => {
  expect(brief({ a: 1, list: [1], b: "x", c: true, d: 4, $os: "Linux" })).toBe("a 1 · b x · c true");
  expect(brief({ a: "y".repeat(5000) }).length).toBeLessThan(120);
});

test("values are written as JSON, texts without quotes", () => {
  expect([written("x"), written(1.5), written([1, "a"]), written(null)]).toEqual([
    "x",
    "1.5",
    '[1,"a"]',
    "null",
  ]);
  expect(written("y".repeat(1e6)).length).toBeLessThan(2100);
});
