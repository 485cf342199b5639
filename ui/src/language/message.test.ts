import { expect, test } from "vitest";
import { formatOf } from "./format";
import { languageFrom, voiceOf } from "./language";
import { textOf } from "./message";

const english = new Intl.PluralRules("en-GB");
const write = (n: number) => new Intl.NumberFormat("en-GB").format(n);

test("a message is filled, its numbers in the language's way", () => {
  expect(textOf("{a} of {count}", { a: "one", count: 1234 }, english, write)).toBe("one of 1,234");
  expect(textOf("{missing}", {}, english, write)).toBe("{missing}");
});

test("a fill is never read as a message", () => {
  expect(textOf("{a}", { a: "{b}", b: "no" }, english, write)).toBe("{b}");
});

test("plurals follow the language", () => {
  const message = { one: "{count} event", other: "{count} events" };
  expect(textOf(message, { count: 1 }, english, write)).toBe("1 event");
  expect(textOf(message, { count: 0 }, english, write)).toBe("0 events");
  expect(voiceOf("id").t("live.dropped", { count: 1200 })).toContain("1.200 peristiwa");
});

test("the first visit speaks the first language we know", () => {
  expect(languageFrom(null, ["fr", "id-ID", "en"])).toBe("id");
  expect(languageFrom(null, ["in"])).toBe("id");
  expect(languageFrom("en", ["id"])).toBe("en");
  expect(languageFrom("xx", [])).toBe("en");
});

test("changes always carry their sign", () => {
  const format = formatOf("en-GB");
  expect(format.change(0.111)).toBe("+11.1%");
  expect(format.change(-0.05)).toBe("−5%");
  expect(format.change(0)).toBe("±0%");
  expect(format.points(0.0004)).toBe("±0");
});

test("dates stand in the zone they are given", () => {
  const at = new Date("2026-11-24T20:30:00Z");
  expect(formatOf("en-GB").moment(at, "Asia/Jakarta")).toBe("25 Nov 2026, 03:30");
  expect(formatOf("id-ID").moment(at, "UTC")).toContain("24 Nov 2026");
  expect(formatOf("en-GB").moment(new Date("never"), "UTC")).toBe("–");
});
