import type { Compare, Filter, Measure, Metric, TrendQuestion, Unit } from "../api/types";
import { type Base, baseAsked, baseFrom, breakdownAsked, intervalAsked, unitFrom } from "../builder/base";
import { askable, filterFrom, filterProperties } from "../builder/filter";
import type { Now } from "../builder/range";
import { flag, isRecord, oneOf, type Raw, text, tidy, whole } from "../builder/read";

// A report is what the address bar holds: the question as edited, and how its answer is drawn.

export type ReportMetric = {
  name: string;
  event?: string;
  any?: boolean;
  measure?: Measure;
  property?: string;
  percentile?: number;
  filter?: Filter;
  // cumulative measures from the beginning of the range; rolling averages the last so many intervals.
  cumulative?: boolean;
  rolling?: number;
  formula?: string;
  percent?: boolean;
  show?: boolean;
};

export type ChartKind = "line" | "bar" | "table" | "number";

export type Report = Base & {
  metrics?: ReportMetric[];
  interval?: Unit;
  compare?: NonNullable<Compare["by"]>;
  chart?: ChartKind;
};

export const maxMetrics = 40;
export const firstMetrics: ReportMetric[] = [{ name: "A", any: true, measure: "total" }];

export const measures: Measure[] = [
  "total",
  "unique",
  "sum",
  "average",
  "median",
  "percentile",
  "min",
  "max",
  "distinct",
];
const shifts = ["previous", "week", "month", "year"] as const;
const chartKinds: ChartKind[] = ["line", "bar", "table", "number"];

// needsProperty tells which measures measure a property.
export const needsProperty = (measure?: Measure) =>
  measure !== undefined && measure !== "total" && measure !== "unique";

// metricsOf are the report's metrics; a report without any starts with all events.
export const metricsOf = (report: Report) => report.metrics ?? firstMetrics;

// reportFrom reads the address bar. What does not fit is left out: an old or mistyped link still opens.
export function reportFrom(search: Raw): Report {
  return tidy({
    ...baseFrom(search),
    metrics: Array.isArray(search.metrics) ? uniqueNames(search.metrics.flatMap(metricFrom)) : undefined,
    interval: unitFrom(search.interval),
    compare: oneOf(shifts, search.compare),
    chart: oneOf(chartKinds, search.chart),
  });
}

function metricFrom(raw: unknown): ReportMetric[] {
  if (!isRecord(raw) || typeof raw.name !== "string" || !/^[A-Za-z_]\w{0,63}$/.test(raw.name)) return [];
  return [
    tidy({
      name: raw.name,
      event: text(raw.event),
      any: flag(raw.any),
      measure: oneOf(measures, raw.measure),
      property: text(raw.property),
      percentile: typeof raw.percentile === "number" ? raw.percentile : undefined,
      filter: filterFrom(raw.filter),
      cumulative: flag(raw.cumulative),
      rolling: whole(raw.rolling, 2, 90),
      formula: text(raw.formula),
      percent: flag(raw.percent),
      show: typeof raw.show === "boolean" ? raw.show : undefined,
    }),
  ];
}

function uniqueNames(metrics: ReportMetric[]): ReportMetric[] {
  const seen = new Set<string>();
  return metrics.filter((m) => !seen.has(m.name) && seen.add(m.name)).slice(0, maxMetrics);
}

// questionOf is the report as a question, or nothing while a part of it is still being chosen. Conditions without their
// values yet are left out: they narrow nothing so far.
export function questionOf(report: Report, zone: string, now: Now): TrendQuestion | undefined {
  const metrics = metricsOf(report);
  if (metrics.length === 0 || !metrics.every(isChosen)) return undefined;
  return {
    kind: "trend",
    ...baseAsked(report, zone, now),
    ...breakdownAsked(report),
    interval: intervalAsked(report, now),
    metrics: metrics.map(metricAsked),
    ...(report.compare && { compare: { by: report.compare } }),
  };
}

// isChosen says whether nothing is missing in a metric.
export function isChosen(m: ReportMetric): boolean {
  if (m.formula !== undefined) return m.formula.trim() !== "";
  return (m.any === true || m.event !== undefined) && (!needsProperty(m.measure) || m.property !== undefined);
}

function metricAsked(m: ReportMetric): Metric {
  if (m.formula !== undefined) return { name: m.name, formula: m.formula };
  const measure = m.measure ?? "total";
  const filter = askable(m.filter);
  return {
    name: m.name,
    ...(m.any ? { any_event: true } : { event: m.event ?? "" }),
    measure,
    ...(needsProperty(measure) && { property: m.property ?? "" }),
    ...(measure === "percentile" && { percentile: m.percentile ?? 90 }),
    ...(filter && { filter }),
    ...(m.cumulative && { cumulative: true }),
    ...(m.rolling && { rolling_average: m.rolling }),
  };
}

// nextName is the first letter no metric has yet. Names do not move when a metric goes: formulas keep their meaning.
export function nextName(metrics: ReportMetric[]): string {
  const taken = new Set(metrics.map((m) => m.name));
  for (let i = 0; ; i++) {
    const letter = String.fromCharCode(65 + (i % 26)) + (i < 26 ? "" : String(Math.floor(i / 26)));
    if (!taken.has(letter)) return letter;
  }
}

// propertiesOf are the properties whose values a report shows or asks for.
export function propertiesOf(report: Report): string[] {
  const metrics = metricsOf(report);
  const measured = metrics.flatMap((m) => (needsProperty(m.measure) && m.property ? [m.property] : []));
  const filters = [report.filter, ...metrics.map((m) => m.filter)];
  return [...(report.by ?? []), ...measured, ...filters.flatMap(filterProperties)];
}

// isDrawn says whether a metric is in the picture: as chosen, else everything that no formula uses.
export function isDrawn(m: ReportMetric, metrics: ReportMetric[]): boolean {
  if (m.show !== undefined) return m.show;
  const used = metrics.some((other) => other.formula?.match(/[A-Za-z_]\w*/g)?.includes(m.name));
  return !used;
}
