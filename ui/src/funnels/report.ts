import type { FunnelQuestion, Unit } from "../api/types";
import { type Base, baseAsked, baseFrom, breakdownAsked, intervalAsked, unitFrom } from "../builder/base";
import { filterProperties } from "../builder/filter";
import type { Now } from "../builder/range";
import { flag, isRecord, oneOf, type Raw, texts, tidy, whole } from "../builder/read";
import { type Choice, choiceFrom, choiceProperties, isChosen, selectorOf } from "../builder/selector";

export type Order = "loose" | "any" | "strict";
export type Counting = "unique" | "total" | "session";
export type ChartKind = "steps" | "times" | "trend";

// Exclusion are events that end an attempt between two steps, counted from 1.
export type Exclusion = Choice & { after?: number; before?: number };

// FunnelReport is what the address bar holds of a funnel.
export type FunnelReport = Base & {
  steps?: Choice[];
  order?: Order;
  counting?: Counting;
  // window is in seconds.
  window?: number;
  exclude?: Exclusion[];
  hold?: string[];
  optimized?: boolean;
  interval?: Unit;
  chart?: ChartKind;
};

export const orders: Order[] = ["loose", "strict", "any"];
export const countings: Counting[] = ["unique", "total", "session"];
export const chartKinds: ChartKind[] = ["steps", "times", "trend"];

export const minSteps = 2;
export const maxSteps = 20;
export const maxHold = 3;
export const maxExclusions = 5;
export const defaultWindow = 7 * 86_400;
const maxWindow = 366 * 86_400;

// stepsOf are the report's steps; a new funnel waits for its first two.
export const stepsOf = (report: FunnelReport): Choice[] => report.steps ?? [{}, {}];

export function funnelFrom(search: Raw): FunnelReport {
  return tidy({
    ...baseFrom(search),
    steps: Array.isArray(search.steps)
      ? search.steps.flatMap((s) => choiceFrom(s) ?? []).slice(0, maxSteps)
      : undefined,
    order: oneOf(orders, search.order),
    counting: oneOf(countings, search.counting),
    window: whole(search.window, 1, maxWindow),
    exclude: Array.isArray(search.exclude)
      ? search.exclude.flatMap(exclusionFrom).slice(0, maxExclusions)
      : undefined,
    hold: texts(search.hold)?.slice(0, maxHold),
    optimized: flag(search.optimized),
    interval: unitFrom(search.interval),
    chart: oneOf(chartKinds, search.chart),
  });
}

function exclusionFrom(raw: unknown): Exclusion[] {
  const choice = choiceFrom(raw);
  if (!choice || !isRecord(raw)) return [];
  return [tidy({ ...choice, after: whole(raw.after, 1, maxSteps), before: whole(raw.before, 1, maxSteps) })];
}

// questionOf is the report as a question, or nothing while a step is still being chosen.
export function questionOf(report: FunnelReport, zone: string, now: Now): FunnelQuestion | undefined {
  const steps = stepsOf(report);
  if (steps.length < minSteps || !steps.every(isChosen)) return undefined;
  const order = report.order ?? "loose";
  const excluded = order === "strict" ? [] : (report.exclude ?? []).filter(isChosen);
  const session = report.counting === "session";
  return {
    kind: "funnel",
    ...baseAsked(report, zone, now),
    ...breakdownAsked(report),
    steps: steps.map(selectorOf),
    ...(report.order && { order }),
    ...(report.counting && { counting: report.counting }),
    ...(!session && { window: report.window ?? defaultWindow }),
    ...(excluded.length > 0 && { exclude: excluded.map((x) => exclusionAsked(x, steps.length)) }),
    ...(report.hold?.length && { hold: report.hold }),
    ...(report.optimized && order !== "any" && { optimized: true }),
    times: report.chart === "times" ? { histogram: limitsOf(session ? 86_400 : report.window) } : {},
    ...(report.chart === "trend" && { interval: intervalAsked(report, now), interval_by: "entry" }),
  };
}

// An exclusion between steps that are gone holds for all of them.
function exclusionAsked({ after, before, ...choice }: Exclusion, steps: number) {
  const from = after ?? 1;
  const to = before ?? steps;
  const fits = from < to && to <= steps;
  return { ...selectorOf(choice), ...(fits && { after: from, before: to }) };
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

// Where the buckets of the time to convert meet, if the window is long enough.
const limits = [
  10,
  30,
  minute,
  5 * minute,
  15 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  3 * day,
  5 * day,
  7 * day,
  14 * day,
  30 * day,
  60 * day,
  90 * day,
];

// limitsOf are the limits inside a window.
export const limitsOf = (window = defaultWindow): number[] => {
  const inside = limits.filter((limit) => limit < window);
  return inside.length > 0 ? inside : [window];
};

// propertiesOf are the properties whose values a report shows or asks for.
export const propertiesOf = (report: FunnelReport): string[] => [
  ...(report.by ?? []),
  ...(report.hold ?? []),
  ...filterProperties(report.filter),
  ...stepsOf(report).flatMap(choiceProperties),
];

// moved is a list with one item at another place.
export function moved<T>(list: T[], from: number, to: number): T[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return list;
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}
