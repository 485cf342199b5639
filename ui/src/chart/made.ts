import type { ReportAnswer } from "../api/types";
import type { Interval } from "../language/format";
import type { Voice } from "../language/language";
import { type Drawing, type Line, progressOf } from "./line";

// Drawings made of answers: over time, or over named places.

type Timed = ReportAnswer & { intervals: string[] };

// overTime draws lines or bars over the intervals of an answer.
export function overTime(
  answer: Timed,
  lines: Line[],
  look: { kind: "line" | "bar"; stacked?: boolean },
  { t, format }: Voice,
): Drawing {
  const { zone, to } = answer.range;
  const unit = unitOf(answer);
  return {
    ...look,
    stacked: look.stacked === true,
    lines,
    starts: answer.intervals,
    tick: (start) => tickOf(start, zone, unit, format),
    long: (start) => format.interval(new Date(start), zone, unit),
    ...progressOf(answer.intervals, to, answer.explain.complete_until),
    ...writers({ t, format }),
  };
}

// overPlaces draws lines or bars over places that have a name each.
export function overPlaces(
  names: string[],
  lines: Line[],
  kind: "line" | "bar",
  voice: Pick<Voice, "t" | "format">,
): Drawing {
  return {
    kind,
    stacked: false,
    lines,
    starts: names,
    tick: (name) => name,
    long: (name) => name,
    whole: names.length,
    begun: names.length,
    ...writers(voice),
  };
}

export const writers = ({ t, format }: Pick<Voice, "t" | "format">) => ({
  number: format.number,
  short: format.short,
  percent: format.percent,
  words: {
    earlier: t("chart.earlier"),
    incomplete: t("chart.incomplete"),
    more: (count: number) => t("chart.more", { count }),
  },
});

// Midnight shows its date on an axis of hours.
export function tickOf(start: string, zone: string, unit: Interval, format: Voice["format"]): string {
  const midnight = (unit === "hour" || unit === "minute") && /T00:00/.test(start);
  return format.tick(new Date(start), zone, midnight ? "day" : unit);
}

// unitOf reads the interval off the answer: the report may have been edited since.
export function unitOf(answer: Timed): Interval {
  const [first, second] = answer.intervals;
  const end = second ?? answer.range.to;
  const minutes = (Date.parse(end) - Date.parse(first ?? answer.range.from)) / 60_000;
  if (minutes <= 1) return "minute";
  if (minutes <= 60) return "hour";
  if (minutes <= 26 * 60) return "day";
  return minutes <= 8 * 24 * 60 ? "week" : "month";
}
