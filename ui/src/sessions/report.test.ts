import { expect, test } from "vitest";
import { questionOf, type SessionsReport, sessionsFrom } from "./report";

const now = { today: "2026-03-31", first: "2026-01-01" };
const full: SessionsReport = {
  drawn: "bounce",
  interval: "week",
  with: { event: "pay" },
  at: "entry",
  timeout: 600,
  by: ["path"],
};

test("the address bar holds a whole report, and opens whatever it holds", () => {
  expect(sessionsFrom(JSON.parse(JSON.stringify(full)))).toEqual(full);
  expect(sessionsFrom({ drawn: "guess", timeout: 1, at: "middle" })).toEqual({});
});

test("sessions are asked with their breakdown at entry, and without a filter", () => {
  const filter = { property: "plan", operator: "set" as const };
  const question = questionOf({ ...full, filter }, "UTC", now);
  expect(question).toMatchObject({
    breakdown: [{ property: "path", at: "entry" }],
    with: { event: "pay" },
    sessions: { timeout: 600 },
  });
  expect(question).not.toHaveProperty("filter");
  expect(questionOf({ with: {} }, "UTC", now)).toBeUndefined();
});
