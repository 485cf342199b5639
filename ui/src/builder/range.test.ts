import { describe, expect, test } from "vitest";
import { addDays, dateIn, daysOf, intervalFor, intervalsFor, presets, rangeOf, stretchFrom } from "./range";

const now = { today: "2026-03-31", first: "2025-12-24" };

test("presets become ranges of local dates, or the last so many units", () => {
  expect(rangeOf("30d", "Asia/Jakarta", now)).toEqual({ last: 30, unit: "day", zone: "Asia/Jakarta" });
  expect(rangeOf("yesterday", "UTC", now)).toEqual({ from: "2026-03-30", to: "2026-03-30", zone: "UTC" });
  expect(rangeOf("mtd", "UTC", now)).toEqual({ from: "2026-03-01", to: "2026-03-31", zone: "UTC" });
  expect(rangeOf("lastmonth", "UTC", now)).toEqual({ from: "2026-02-01", to: "2026-02-28", zone: "UTC" });
  expect(rangeOf("ytd", "UTC", now)).toEqual({ from: "2026-01-01", to: "2026-03-31", zone: "UTC" });
  expect(rangeOf("all", "UTC", now)).toEqual({ from: "2025-12-24", to: "2026-03-31", zone: "UTC" });
  expect(rangeOf("2026-01-02..2026-01-03", "UTC", now)).toEqual({
    from: "2026-01-02",
    to: "2026-01-03",
    zone: "UTC",
  });
});

test("every preset can be asked at an interval that fits", () => {
  for (const { name } of presets) {
    const days = daysOf(name, now);
    expect(intervalsFor(days), name).toContain(intervalFor(days));
  }
});

test("single keys are different from each other", () => {
  expect(new Set(presets.map((p) => p.key)).size).toBe(presets.length);
});

describe("the address bar", () => {
  test("gives back what it was given", () => {
    expect(stretchFrom("7d")).toBe("7d");
    expect(stretchFrom("2026-01-02..2026-01-03")).toBe("2026-01-02..2026-01-03");
  });

  test.each(["2026-01-03..2026-01-02", "8d", "", 7, null, "2026-1-2..2026-1-3"])(
    "does not take %j",
    (text) => {
      expect(stretchFrom(text)).toBeUndefined();
    },
  );
});

test("an interval that does not fit any more gives way", () => {
  expect(intervalFor(1, "month")).toBe("hour");
  expect(intervalFor(30, "week")).toBe("week");
  expect(intervalFor(366)).toBe("month");
});

test("local dates know no daylight saving", () => {
  expect(addDays("2026-03-29", 1)).toBe("2026-03-30");
  expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
  expect(dateIn("Pacific/Kiritimati", new Date("2026-01-01T11:00:00Z"))).toBe("2026-01-02");
});
