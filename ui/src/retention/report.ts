import type { RetentionQuestion } from "../api/types";
import { type Base, baseAsked, baseFrom, breakdownAsked } from "../builder/base";
import { filterProperties } from "../builder/filter";
import { daysOf, type Now } from "../builder/range";
import { oneOf, type Raw, tidy, whole } from "../builder/read";
import { type Choice, choiceFrom, choiceProperties, isChosen, selectorOf } from "../builder/selector";

export type RetentionUnit = RetentionQuestion["unit"];
export type Criterion = NonNullable<RetentionQuestion["criterion"]>;
export type Alignment = NonNullable<RetentionQuestion["alignment"]>;

// RetentionReport is what the address bar holds of a retention.
export type RetentionReport = Base & {
  birth?: Choice;
  return?: Choice;
  unit?: RetentionUnit;
  criterion?: Criterion;
  alignment?: Alignment;
  buckets?: number;
  // brackets are the sizes of buckets that follow each other, in units; they take the place of buckets.
  brackets?: number[];
};

export const units: RetentionUnit[] = ["hour", "day", "week", "month"];
export const criteria: Criterion[] = ["on", "on_or_after", "on_or_before", "streak"];
export const alignments: Alignment[] = ["rolling", "calendar"];
export const defaultBuckets = 8;
export const maxBuckets = 60;

const anything: Choice = { any: true };

export const birthOf = (report: RetentionReport) => report.birth ?? anything;
export const returnOf = (report: RetentionReport) => report.return ?? anything;

export function retentionFrom(search: Raw): RetentionReport {
  return tidy({
    ...baseFrom(search),
    birth: choiceFrom(search.birth),
    return: choiceFrom(search.return),
    unit: oneOf(units, search.unit),
    criterion: oneOf(criteria, search.criterion),
    alignment: oneOf(alignments, search.alignment),
    buckets: whole(search.buckets, 1, maxBuckets),
    brackets: bracketsFrom(search.brackets),
  });
}

function bracketsFrom(raw: unknown): number[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const sizes = raw.filter((size) => whole(size, 1, 10_000)).slice(0, maxBuckets) as number[];
  return sizes.length > 0 ? sizes : undefined;
}

// unitOf is the unit wanted, or one that makes a readable triangle of the range.
export function unitOf(report: RetentionReport, now: Now): RetentionUnit {
  if (report.unit) return report.unit;
  const days = daysOf(report.range ?? "30d", now);
  if (days <= 2) return "hour";
  if (days <= 21) return "day";
  return days <= 200 ? "week" : "month";
}

// questionOf is the report as a question, or nothing while an event is still being chosen.
export function questionOf(report: RetentionReport, zone: string, now: Now): RetentionQuestion | undefined {
  const birth = birthOf(report);
  const back = returnOf(report);
  if (!isChosen(birth) || !isChosen(back)) return undefined;
  return {
    kind: "retention",
    ...baseAsked(report, zone, now),
    ...breakdownAsked(report),
    unit: unitOf(report, now),
    birth: selectorOf(birth),
    return: selectorOf(back),
    ...(report.criterion && { criterion: report.criterion }),
    ...(report.alignment && { alignment: report.alignment }),
    ...(report.brackets ? { brackets: report.brackets } : { buckets: report.buckets ?? defaultBuckets }),
  };
}

// propertiesOf are the properties whose values a report shows or asks for.
export const propertiesOf = (report: RetentionReport): string[] => [
  ...(report.by ?? []),
  ...filterProperties(report.filter),
  ...choiceProperties(birthOf(report)),
  ...choiceProperties(returnOf(report)),
];
