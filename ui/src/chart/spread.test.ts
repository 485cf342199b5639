import { expect, test } from "vitest";
import { spread } from "./spread";

test("what is far enough apart stays", () => {
  expect(spread([100, 40, 70], 15, 300)).toEqual([100, 40, 70]);
});

test("what is too close moves apart, around where it was, in its order", () => {
  expect(spread([100, 101], 15, 300)).toEqual([93, 108]);
  expect(spread([50, 50, 50], 10, 300)).toEqual([40, 50, 60]);
});

test("nothing falls below the floor", () => {
  expect(spread([295, 298, 300], 15, 300)).toEqual([270, 285, 300]);
});

test("every pair is at least the gap apart", () => {
  const moved = spread([10, 12, 13, 60, 61, 61, 62, 200], 15, 250).sort((a, b) => a - b);
  for (let i = 1; i < moved.length; i++)
    expect((moved[i] ?? 0) - (moved[i - 1] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9);
});
