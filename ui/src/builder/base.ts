import type { Filter, Unit } from "../api/types";
import { askable, filterFrom } from "./filter";
import { daysOf, intervalFor, type Now, rangeOf, type Stretch, stretchFrom } from "./range";
import { flag, isRecord, oneOf, type Raw, text, texts, whole } from "./read";

// Base is what all reports hold in the address bar.
export type Base = {
  filter?: Filter;
  by?: string[];
  top?: number;
  range?: Stretch;
  bots?: boolean;
  // group is the property that names groups, where these are counted instead of people.
  group?: string;
  // behind is the number whose people are listed beside the report.
  behind?: Cell;
};

// Cell names a number of an answer, as the question people takes it.
export type Cell = Raw;

export const defaultTop = 5;
export const maxBreakdowns = 3;

// units are the intervals that a range can be cut into.
export const units: Unit[] = ["minute", "hour", "day", "week", "month"];

export function baseFrom(search: Raw): Base {
  return {
    filter: filterFrom(search.filter),
    by: texts(search.by)?.slice(0, maxBreakdowns),
    top: whole(search.top, 1, 1000),
    range: stretchFrom(search.range),
    bots: flag(search.bots),
    group: text(search.group),
    behind: isRecord(search.behind) ? search.behind : undefined,
  };
}

export const unitFrom = (raw: unknown) => oneOf(units, raw);

// baseAsked is the part of a question that all reports share, but for the breakdown.
export function baseAsked(report: Base, zone: string, now: Now) {
  const filter = askable(report.filter);
  return {
    range: rangeOf(report.range ?? "30d", zone, now),
    ...(filter && { filter }),
    ...(report.group && { by: report.group }),
    ...(report.bots && { include_bots: true }),
  };
}

// breakdownAsked is a breakdown by the properties as they are.
export const breakdownAsked = (report: Base) =>
  report.by?.length
    ? { breakdown: report.by.map((property) => ({ property })), top: report.top ?? defaultTop }
    : {};

// intervalAsked is the interval wanted, where it fits the range.
export const intervalAsked = (report: Base & { interval?: Unit }, now: Now): Unit =>
  intervalFor(daysOf(report.range ?? "30d", now), report.interval);
