import type { FlowQuestion } from "../api/types";
import { type Base, baseAsked, baseFrom, breakdownAsked } from "../builder/base";
import { filterProperties } from "../builder/filter";
import type { Now } from "../builder/range";
import { flag, isRecord, oneOf, type Raw, text, texts, tidy, whole } from "../builder/read";
import { type Choice, choiceFrom, choiceProperties, isChosen, selectorOf } from "../builder/selector";

export type Counting = "unique" | "total" | "session";

// Anchor are events that a path goes through, with how many steps are shown on either side.
export type Anchor = Choice & { before?: number; after?: number };

export type Expand = { event: string; property: string };

// FlowReport is what the address bar holds of a flow.
export type FlowReport = Base & {
  anchors?: Anchor[];
  counting?: Counting;
  window?: number;
  hidden?: string[];
  expand?: Expand[];
  collapse?: boolean;
  nodes?: number;
};

export const countings: Counting[] = ["unique", "total", "session"];
export const maxAnchors = 5;
export const maxSide = 5;
export const maxNodes = 12;
export const defaultNodes = 5;
export const defaultWindow = 30 * 86_400;
export const topPaths = 20;

// A new flow starts from one event and looks three steps ahead.
const first: Anchor = { after: 3 };

export const anchorsOf = (report: FlowReport): Anchor[] => report.anchors ?? [first];

export function flowFrom(search: Raw): FlowReport {
  return tidy({
    ...baseFrom(search),
    anchors: Array.isArray(search.anchors)
      ? search.anchors.flatMap(anchorFrom).slice(0, maxAnchors)
      : undefined,
    counting: oneOf(countings, search.counting),
    window: whole(search.window, 1, 366 * 86_400),
    hidden: texts(search.hidden)?.slice(0, 50),
    expand: Array.isArray(search.expand) ? search.expand.flatMap(expandFrom).slice(0, 10) : undefined,
    collapse: flag(search.collapse),
    nodes: whole(search.nodes, 1, maxNodes),
  });
}

function anchorFrom(raw: unknown): Anchor[] {
  const choice = choiceFrom(raw);
  if (!choice || !isRecord(raw)) return [];
  return [tidy({ ...choice, before: whole(raw.before, 0, maxSide), after: whole(raw.after, 0, maxSide) })];
}

function expandFrom(raw: unknown): Expand[] {
  if (!isRecord(raw)) return [];
  const event = text(raw.event);
  const property = text(raw.property);
  return event !== undefined && property !== undefined ? [{ event, property }] : [];
}

// questionOf is the report as a question, or nothing while an anchor is still being chosen.
export function questionOf(report: FlowReport, zone: string, now: Now): FlowQuestion | undefined {
  const anchors = anchorsOf(report);
  const expand = (report.expand ?? []).filter((x) => x.property !== "");
  if (anchors.length === 0 || !anchors.every(isChosen)) return undefined;
  return {
    kind: "flow",
    ...baseAsked(report, zone, now),
    ...breakdownAsked(report),
    anchors: anchors.map((anchor) => ({
      ...selectorOf(anchor),
      ...(anchor.before && { before: anchor.before }),
      ...(anchor.after && { after: anchor.after }),
    })),
    ...(report.counting && { counting: report.counting }),
    ...(report.counting !== "session" && report.window && { window: report.window }),
    ...(report.hidden?.length && { hidden: report.hidden }),
    ...(expand.length > 0 && { expand }),
    ...(report.collapse && { collapse: true }),
    nodes: report.nodes ?? defaultNodes,
    paths: topPaths,
  };
}

// propertiesOf are the properties whose values a report shows or asks for.
export const propertiesOf = (report: FlowReport): string[] => [
  ...(report.by ?? []),
  ...(report.expand ?? []).map((x) => x.property),
  ...filterProperties(report.filter),
  ...anchorsOf(report).flatMap(choiceProperties),
];
