import type { TrendAnswer as Answer, Series } from "../api/types";
import { keyOf, segmentLabel, type ValueWords } from "../builder/value";
import { type Colour, type ColourBook, colourAll, seriesColours } from "../chart/colours";
import { isDrawn, metricsOf, type Report, type ReportMetric } from "./report";

// What the page shows of an answer: rows of the table and lines of the picture come from here, so that they agree.

// Words are the few texts a result needs, in the language in use.
export type Words = ValueWords & { metric: (m: ReportMetric) => string };

export type Cell = { metric: ReportMetric; series: Series; before: Series | undefined };

// Row is one segment with its value in each metric. Without a breakdown each metric is a row of its own.
export type Row = {
  key: string;
  label: string;
  kind: "segment" | "other" | "overall" | "metric";
  // faint: the label is our word, not a value of the data.
  faint: boolean;
  cells: Cell[];
};

export type ResultLine = { key: string; row: Row; cell: Cell; colour: Colour; label: string };

// rowsOf orders an answer by segment. With a breakdown the segments come first, then other, then the whole.
export function rowsOf(report: Report, answer: Answer, words: Words): Row[] {
  const metrics = metricsOf(report);
  if (!report.by?.length) return metrics.flatMap((metric) => metricRow(metric, answer, words));
  const rows = new Map<string, Row>();
  answer.series.forEach((series, place) => {
    const metric = metrics.find((m) => m.name === series.metric);
    if (!metric) return;
    const key = keyOf(series);
    const row = rows.get(key) ?? newRow(key, series, words);
    row.cells.push({ metric, series, before: answer.compare?.series[place] });
    rows.set(key, row);
  });
  const order = { segment: 0, metric: 0, other: 1, overall: 2 };
  return [...rows.values()].sort((a, b) => order[a.kind] - order[b.kind]);
}

function metricRow(metric: ReportMetric, answer: Answer, words: Words): Row[] {
  const place = answer.series.findIndex((s) => s.metric === metric.name);
  const series = answer.series[place];
  if (!series) return [];
  const cell = { metric, series, before: answer.compare?.series[place] };
  return [{ key: metric.name, label: words.metric(metric), kind: "metric", faint: false, cells: [cell] }];
}

function newRow(key: string, series: Series, words: Words): Row {
  if (series.other) return { key, label: words.other, kind: "other", faint: true, cells: [] };
  if (series.segment.length === 0)
    return { key, label: words.overall, kind: "overall", faint: true, cells: [] };
  const faint = series.segment.every((value) => value === null || value === "");
  return { key, label: segmentLabel(series.segment, words), kind: "segment", faint, cells: [] };
}

// linesOf are the lines that may be drawn: each row in each drawn metric, in the order of the table. The whole is drawn
// only when there is nothing else.
export function linesOf(report: Report, rows: Row[], book: ColourBook): ResultLine[] {
  const metrics = metricsOf(report).filter((m) => isDrawn(m, metricsOf(report)));
  const several = metrics.length > 1;
  const shown = rows.filter((row) => row.kind !== "overall" || rows.length === 1);
  const pairs = shown.flatMap((row) =>
    row.cells
      .filter((cell) => metrics.includes(cell.metric))
      .map((cell) => ({ key: `${cell.metric.name} ${row.key}`, row, cell })),
  );
  const scope = (report.by ?? []).join("\n");
  const segments = pairs.filter(({ row }) => row.kind === "segment" || row.kind === "overall");
  const bookKey = (p: { key: string; row: Row }) => `${scope}\n${several ? p.key : p.row.key}`;
  const colours = colourAll(segments.map(bookKey), book);
  const colourOf = (pair: { key: string; row: Row; cell: Cell }): Colour => {
    if (pair.row.kind === "other") return "other";
    return pair.row.kind === "metric"
      ? metricColour(report, pair.cell.metric)
      : (colours.get(bookKey(pair)) ?? 0);
  };
  return pairs.map((pair) => ({
    ...pair,
    colour: colourOf(pair),
    label:
      several && pair.row.kind !== "metric" ? `${pair.cell.metric.name} · ${pair.row.label}` : pair.row.label,
  }));
}

// changeOf compares a total with the earlier one: the difference for percentages, the ratio for everything else.
// Nothing when either is undefined, or when there is nothing to divide by.
export function changeOf(cell: Cell): number | undefined {
  const now = cell.series.total;
  const before = cell.before?.total;
  if (now === null || before === null || before === undefined) return undefined;
  if (cell.metric.percent) return now - before;
  return before === 0 ? undefined : (now - before) / Math.abs(before);
}

// metricColour is the colour of a metric's badge, and of its line when there is no breakdown.
export const metricColour = (report: Report, metric: ReportMetric): number =>
  Math.max(
    0,
    metricsOf(report).findIndex((m) => m.name === metric.name),
  ) % seriesColours;
