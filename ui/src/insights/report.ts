import type { Compare, Filter, Measure, Metric, Question, Scalar, Unit } from "../api/types";
import { isComplete, operators } from "./operators";
import { daysOf, intervalFor, type Now, rangeOf, type Stretch, stretchFrom } from "./range";

// A report is what the address bar holds: the question as edited, and how its answer is drawn.

export type ReportMetric = {
  name: string;
  event?: string;
  any?: boolean;
  measure?: Measure;
  property?: string;
  percentile?: number;
  filter?: Filter;
  formula?: string;
  percent?: boolean;
  show?: boolean;
};

export type ChartKind = "line" | "bar" | "table" | "number";

export type Report = {
  metrics?: ReportMetric[];
  filter?: Filter;
  by?: string[];
  top?: number;
  range?: Stretch;
  interval?: Unit;
  compare?: NonNullable<Compare["by"]>;
  chart?: ChartKind;
  bots?: boolean;
};

export const defaultTop = 5;
export const maxBreakdowns = 3;
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
const units: Unit[] = ["minute", "hour", "day", "week", "month"];
const shifts = ["previous", "week", "month", "year"] as const;
const chartKinds: ChartKind[] = ["line", "bar", "table", "number"];

// needsProperty tells which measures measure a property.
export const needsProperty = (measure?: Measure) =>
  measure !== undefined && measure !== "total" && measure !== "unique";

// metricsOf are the report's metrics; a report without any starts with all events.
export const metricsOf = (report: Report) => report.metrics ?? firstMetrics;

// reportFrom reads the address bar. What does not fit is left out: an old or mistyped link still opens.
export function reportFrom(search: Record<string, unknown>): Report {
  return tidy({
    metrics: Array.isArray(search.metrics) ? uniqueNames(search.metrics.flatMap(metricFrom)) : undefined,
    filter: filterFrom(search.filter),
    by: texts(search.by)?.slice(0, maxBreakdowns),
    top: whole(search.top, 1, 1000),
    range: stretchFrom(search.range),
    interval: oneOf(units, search.interval),
    compare: oneOf(shifts, search.compare),
    chart: oneOf(chartKinds, search.chart),
    bots: search.bots === true ? true : undefined,
  });
}

function metricFrom(raw: unknown): ReportMetric[] {
  if (!isRecord(raw) || typeof raw.name !== "string" || !/^[A-Za-z_]\w{0,63}$/.test(raw.name)) return [];
  return [
    tidy({
      name: raw.name,
      event: text(raw.event),
      any: raw.any === true ? true : undefined,
      measure: oneOf(measures, raw.measure),
      property: text(raw.property),
      percentile: typeof raw.percentile === "number" ? raw.percentile : undefined,
      filter: filterFrom(raw.filter),
      formula: text(raw.formula),
      percent: raw.percent === true ? true : undefined,
      show: typeof raw.show === "boolean" ? raw.show : undefined,
    }),
  ];
}

function uniqueNames(metrics: ReportMetric[]): ReportMetric[] {
  const seen = new Set<string>();
  return metrics.filter((m) => !seen.has(m.name) && seen.add(m.name)).slice(0, maxMetrics);
}

function filterFrom(raw: unknown, depth = 0): Filter | undefined {
  if (!isRecord(raw) || depth > 9) return undefined;
  for (const word of ["all", "any"] as const) {
    const inner = raw[word];
    if (Array.isArray(inner)) return { [word]: inner.flatMap((f) => filterFrom(f, depth + 1) ?? []) };
  }
  if (typeof raw.property !== "string") return undefined;
  return tidy({
    property: raw.property,
    operator: operators.find((o) => o.name === raw.operator)?.name,
    values: Array.isArray(raw.values) ? raw.values.filter(isScalar) : undefined,
  });
}

// questionOf is the report as a question, or nothing while a part of it is still being chosen. Conditions without their
// values yet are left out: they narrow nothing so far.
export function questionOf(report: Report, zone: string, now: Now): Question | undefined {
  const metrics = metricsOf(report);
  if (metrics.length === 0 || !metrics.every(isChosen)) return undefined;
  const stretch = report.range ?? "30d";
  const filter = askable(report.filter);
  const by = report.by ?? [];
  return {
    kind: "trend",
    range: rangeOf(stretch, zone, now),
    interval: intervalFor(daysOf(stretch, now), report.interval),
    metrics: metrics.map(metricAsked),
    ...(filter && { filter }),
    ...(by.length > 0 && { breakdown: by.map((property) => ({ property })), top: report.top ?? defaultTop }),
    ...(report.compare && { compare: { by: report.compare } }),
    ...(report.bots && { include_bots: true }),
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
  };
}

// askable is the part of a filter that is complete; nothing when no part is.
export function askable(filter: Filter | undefined): Filter | undefined {
  if (!filter) return undefined;
  for (const word of ["all", "any"] as const) {
    const inner = filter[word];
    if (!inner) continue;
    const kept = inner.flatMap((f) => askable(f) ?? []);
    return kept.length > 0 ? { [word]: kept } : undefined;
  }
  return isComplete(filter) ? filter : undefined;
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

const filterProperties = (filter: Filter | undefined): string[] =>
  filter
    ? [...(filter.all ?? filter.any ?? []).flatMap(filterProperties), filter.property ?? ""].filter(Boolean)
    : [];

// isDrawn says whether a metric is in the picture: as chosen, else everything that no formula uses.
export function isDrawn(m: ReportMetric, metrics: ReportMetric[]): boolean {
  if (m.show !== undefined) return m.show;
  const used = metrics.some((other) => other.formula?.match(/[A-Za-z_]\w*/g)?.includes(m.name));
  return !used;
}

const isRecord = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);

const isScalar = (raw: unknown): raw is Scalar =>
  raw === null || ["string", "number", "boolean"].includes(typeof raw);

const text = (raw: unknown) => (typeof raw === "string" ? raw : undefined);

const texts = (raw: unknown) =>
  Array.isArray(raw) ? [...new Set(raw.filter((item) => typeof item === "string"))] : undefined;

const whole = (raw: unknown, min: number, max: number) =>
  Number.isInteger(raw) && (raw as number) >= min && (raw as number) <= max ? (raw as number) : undefined;

const oneOf = <T extends string>(all: readonly T[], raw: unknown) => all.find((item) => item === raw);

// tidy leaves out what is not set, so that addresses stay short and reports compare equal.
function tidy<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
