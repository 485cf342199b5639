import { expect, test } from "vitest";
import { type FunnelReport, funnelFrom, limitsOf, moved, questionOf } from "./report";

const now = { today: "2026-03-31", first: "2026-01-01" };

const full: FunnelReport = {
  steps: [
    { event: "visit", filter: { all: [{ property: "path", operator: "is", values: ["/"] }] } },
    { event: "sign_up", or: [{ event: "invited" }] },
    { any: true },
  ],
  order: "any",
  counting: "total",
  window: 3600,
  exclude: [{ event: "refund", after: 1, before: 2 }],
  hold: ["plan"],
  by: ["$city"],
  range: "7d",
  chart: "trend",
  interval: "day",
};

test("the address bar holds a whole funnel, and opens whatever it holds", () => {
  expect(funnelFrom(JSON.parse(JSON.stringify(full)))).toEqual(full);
  const broken = { steps: [null, 3, { event: 5 }], order: "up", window: -1, hold: "plan", exclude: [{}] };
  expect(funnelFrom(broken)).toEqual({ steps: [{}], exclude: [{}] });
});

test("a funnel is asked when every step is chosen", () => {
  expect(questionOf({}, "UTC", now)).toBeUndefined();
  expect(questionOf({ steps: [{ event: "a" }, {}] }, "UTC", now)).toBeUndefined();
  expect(questionOf({ steps: [{ event: "a" }, { event: "b", or: [{}] }] }, "UTC", now)).toBeUndefined();
  expect(questionOf(full, "UTC", now)).toEqual({
    kind: "funnel",
    range: { last: 7, unit: "day", zone: "UTC" },
    breakdown: [{ property: "$city" }],
    top: 5,
    steps: [
      { event: "visit", filter: { all: [{ property: "path", operator: "is", values: ["/"] }] } },
      { any_of: [{ event: "sign_up" }, { event: "invited" }] },
      { any_event: true },
    ],
    order: "any",
    counting: "total",
    window: 3600,
    exclude: [{ event: "refund", after: 1, before: 2 }],
    hold: ["plan"],
    times: {},
    interval: "day",
    interval_by: "entry",
  });
});

test("what does not fit together is not asked", () => {
  const steps = [{ event: "a" }, { event: "b" }];
  const exclude = [{ event: "c", after: 3, before: 4 }];
  expect(questionOf({ steps, exclude }, "UTC", now)).toMatchObject({ exclude: [{ event: "c" }] });
  expect(questionOf({ steps, exclude, order: "strict" }, "UTC", now)).not.toHaveProperty("exclude");
  expect(questionOf({ steps, counting: "session", window: 60 }, "UTC", now)).not.toHaveProperty("window");
});

test("steps change places", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b"], 1, 2)).toEqual(["a", "b"]);
});

test("limits of times lie inside the window", () => {
  expect(limitsOf(120)).toEqual([10, 30, 60]);
  expect(limitsOf(5)).toEqual([5]);
});
