import type { FlowGraph } from "../api/types";
import type { Cell } from "../builder/base";
import { choiceLabel } from "../builder/selector";
import { segmentLabel, segmentOf, type ValueWords } from "../builder/value";
import type { Voice } from "../language/language";
import { anchorsOf, type FlowReport } from "./report";

// nodeName names a node: an anchor by what it means, others by their event and the value they stand for.
export function nodeName(
  report: FlowReport,
  flow: FlowGraph,
  place: { step: number; node: unknown[]; other?: boolean },
  words: ValueWords,
  voice: Voice,
): string {
  if (place.other) return words.other;
  if (place.node.length > 0) return segmentLabel(place.node, words);
  const anchor = anchorsOf(report)[flow.steps[place.step]?.anchor ?? 0];
  return anchor ? choiceLabel(anchor, voice) : words.notSet;
}

// cellOf names the number of a node.
export function cellOf(flow: FlowGraph, step: number, node: number): Cell {
  const shown = flow.steps[step]?.nodes[node];
  const segment = segmentOf(flow);
  if (shown?.other) return { step, rest: true, ...segment };
  return { step, ...(shown && shown.node.length > 0 && { node: shown.node }), ...segment };
}
