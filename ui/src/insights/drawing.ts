import type { TrendAnswer as Answer } from "../api/types";
import type { Drawing } from "../chart/line";
import { overTime } from "../chart/made";
import type { Voice } from "../language/language";
import type { Report } from "./report";
import type { ResultLine } from "./result";

// drawingOf makes the picture of the lines that are switched on.
export function drawingOf(report: Report, answer: Answer, lines: ResultLine[], voice: Voice): Drawing {
  const drawn = lines.map((line) => ({
    key: line.key,
    label: line.label,
    colour: line.colour,
    percent: line.cell.metric.percent === true,
    values: line.cell.series.values,
    ...(line.cell.before && lines.length <= comparedLines && { earlier: line.cell.before.values }),
  }));
  const kind = report.chart === "bar" ? "bar" : "line";
  return {
    ...overTime(answer, drawn, { kind, stacked: isAdditive(report, lines) }, voice),
    ...(answer.compare && { earlierStarts: answer.compare.intervals }),
  };
}

// More lines than this, each twice, are a thicket; the table has the comparison anyway.
const comparedLines = 3;

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
