import type { SessionsQuestion, Unit } from "../api/types";
import { type Base, baseAsked, baseFrom, defaultTop, intervalAsked, unitFrom } from "../builder/base";
import type { Now } from "../builder/range";
import { oneOf, type Raw, tidy, whole } from "../builder/read";
import { type Choice, choiceFrom, choiceProperties, isChosen, selectorOf } from "../builder/selector";

export type SessionMeasure = (typeof measures)[number]["name"];
export type At = "first" | "entry" | "exit";

// The measures, under the names they have in the question and on the screen.
export const measures = [
  { name: "sessions", asked: { measure: "total" }, writes: "number" },
  { name: "people", asked: { measure: "unique" }, writes: "number" },
  { name: "bounce", asked: { measure: "bounce_rate" }, writes: "percent" },
  { name: "duration", asked: { measure: "median", of: "duration" }, writes: "length" },
  { name: "duration_average", asked: { measure: "average", of: "duration" }, writes: "length" },
  { name: "events", asked: { measure: "average", of: "events" }, writes: "number" },
] as const;

// SessionsReport is what the address bar holds of a report on sessions.
export type SessionsReport = Base & {
  drawn?: SessionMeasure;
  interval?: Unit;
  with?: Choice;
  at?: At;
  // timeout is the pause in seconds that ends a session.
  timeout?: number;
};

export const ats: At[] = ["first", "entry", "exit"];
export const defaultTimeout = 1800;

export const drawnOf = (report: SessionsReport): SessionMeasure => report.drawn ?? "sessions";

export const sessionsFrom = (search: Raw): SessionsReport =>
  tidy({
    ...baseFrom(search),
    drawn: oneOf(
      measures.map((m) => m.name),
      search.drawn,
    ),
    interval: unitFrom(search.interval),
    with: choiceFrom(search.with),
    at: oneOf(ats, search.at),
    timeout: whole(search.timeout, 60, 86_400),
  });

// questionOf is the report as a question. Sessions know no filter: what was filtered out was still an act of the person.
export function questionOf(report: SessionsReport, zone: string, now: Now): SessionsQuestion | undefined {
  if (report.with && !isChosen(report.with)) return undefined;
  const { filter: _, ...base } = baseAsked(report, zone, now);
  const by = report.by ?? [];
  return {
    kind: "sessions",
    ...base,
    interval: intervalAsked(report, now),
    metrics: measures.map(({ name, asked }) => ({ name, ...asked })),
    ...(report.with && { with: selectorOf(report.with) }),
    ...(by.length > 0 && {
      breakdown: by.map((property) => ({ property, ...(report.at && { at: report.at }) })),
      top: report.top ?? defaultTop,
    }),
    ...(report.timeout && { sessions: { timeout: report.timeout } }),
  };
}

// propertiesOf are the properties whose values a report shows or asks for.
export const propertiesOf = (report: SessionsReport): string[] => [
  ...(report.by ?? []),
  ...choiceProperties(report.with ?? {}),
];
