import type { LifecycleQuestion, StickinessQuestion } from "../api/types";
import { type Base, baseAsked, baseFrom, breakdownAsked } from "../builder/base";
import { filterProperties } from "../builder/filter";
import { daysOf, type Now } from "../builder/range";
import { flag, oneOf, type Raw, tidy } from "../builder/read";
import { type Choice, choiceFrom, choiceProperties, isChosen, selectorOf } from "../builder/selector";

export type LifeUnit = LifecycleQuestion["interval"];

// LifeReport is what the address bar holds of a life cycle or a stickiness: who counts as active, and by what interval.
export type LifeReport = Base & { active?: Choice; interval?: LifeUnit; least?: boolean };

export const units: LifeUnit[] = ["hour", "day", "week", "month"];

export const activeOf = (report: LifeReport): Choice => report.active ?? { any: true };

export const lifeFrom = (search: Raw): LifeReport =>
  tidy({
    ...baseFrom(search),
    active: choiceFrom(search.active),
    interval: oneOf(units, search.interval),
    least: flag(search.least),
  });

// unitOf is the interval wanted, or one that makes a readable picture.
export function unitOf(report: LifeReport, now: Now): LifeUnit {
  if (report.interval) return report.interval;
  const days = daysOf(report.range ?? "30d", now);
  if (days <= 2) return "hour";
  return days <= 62 ? "day" : days <= 400 ? "week" : "month";
}

// lifecycleOf is the report as a question about life cycles, or nothing while an event is still being chosen.
export function lifecycleOf(report: LifeReport, zone: string, now: Now): LifecycleQuestion | undefined {
  const asked = common(report, zone, now);
  return asked && { kind: "lifecycle", ...asked };
}

// stickinessOf is the report as a question about stickiness, or nothing while an event is still being chosen.
export function stickinessOf(report: LifeReport, zone: string, now: Now): StickinessQuestion | undefined {
  const asked = common(report, zone, now);
  return asked && { kind: "stickiness", ...asked, ...(report.least && { at_least: true }) };
}

// Both questions are about one selector of events. Its own filter and that of the report are joined.
function common(report: LifeReport, zone: string, now: Now) {
  const active = activeOf(report);
  if (!isChosen(active)) return undefined;
  const { filter: own, ...selected } = selectorOf(active);
  const { filter: whole, ...base } = baseAsked(report, zone, now);
  const filters = [whole, own].filter((f) => f !== undefined);
  return {
    ...base,
    ...breakdownAsked(report),
    interval: unitOf(report, now),
    ...selected,
    ...(filters.length === 1 && { filter: filters[0] }),
    ...(filters.length === 2 && { filter: { all: filters } }),
  };
}

// propertiesOf are the properties whose values a report shows or asks for.
export const propertiesOf = (report: LifeReport): string[] => [
  ...(report.by ?? []),
  ...filterProperties(report.filter),
  ...choiceProperties(activeOf(report)),
];
