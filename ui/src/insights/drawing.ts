import type { Answer } from "../api/types";
import type { Drawing } from "../chart/line";
import { progressOf } from "../chart/line";
import type { Voice } from "../language/language";
import type { Report } from "./report";
import type { ResultLine } from "./result";

// drawingOf makes the picture of the lines that are switched on.
export function drawingOf(
  report: Report,
  answer: Answer,
  lines: ResultLine[],
  { t, format }: Voice,
): Drawing {
  const { zone, to } = answer.range;
  const unit = unitOf(answer);
  return {
    kind: report.chart === "bar" ? "bar" : "line",
    lines: lines.map((line) => ({
      key: line.key,
      label: line.label,
      colour: line.colour,
      percent: line.cell.metric.percent === true,
      values: line.cell.series.values,
      ...(line.cell.before && lines.length <= comparedLines && { earlier: line.cell.before.values }),
    })),
    starts: answer.intervals,
    tick: (start) => tickOf(start, zone, unit, format),
    long: (start) => format.interval(new Date(start), zone, unit),
    ...(answer.compare && { earlierStarts: answer.compare.intervals }),
    ...progressOf(answer.intervals, to, answer.explain.complete_until),
    stacked: isAdditive(report, lines),
    number: format.number,
    short: format.short,
    percent: format.percent,
    words: {
      earlier: t("chart.earlier"),
      incomplete: t("chart.incomplete"),
      more: (count) => t("chart.more", { count }),
    },
  };
}

// More lines than this, each twice, are a thicket; the table has the comparison anyway.
const comparedLines = 3;

// Midnight shows its date on an axis of hours.
function tickOf(start: string, zone: string, unit: Unit, format: Voice["format"]): string {
  const midnight = (unit === "hour" || unit === "minute") && /T00:00/.test(start);
  return format.tick(new Date(start), zone, midnight ? "day" : unit);
}

type Unit = "minute" | "hour" | "day" | "week" | "month";

// unitOf reads the interval off the answer: the report may have been edited since.
export function unitOf(answer: Answer): Unit {
  const [first, second] = answer.intervals;
  const end = second ?? answer.range.to;
  const minutes = (Date.parse(end) - Date.parse(first ?? answer.range.from)) / 60_000;
  if (minutes <= 1) return "minute";
  if (minutes <= 60) return "hour";
  if (minutes <= 26 * 60) return "day";
  return minutes <= 8 * 24 * 60 ? "week" : "month";
}

// isAdditive says whether bars may stand on each other: only events counted in segments add up to their whole.
function isAdditive(report: Report, lines: ResultLine[]): boolean {
  const names = new Set(lines.map((line) => line.cell.metric.name));
  const measures = lines.map((line) =>
    line.cell.metric.formula === undefined ? (line.cell.metric.measure ?? "total") : "",
  );
  return (
    (report.by?.length ?? 0) > 0 && names.size === 1 && measures.every((m) => m === "total" || m === "sum")
  );
}
