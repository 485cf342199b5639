import { useMemo } from "react";
import { useVoice, type Voice } from "../language/language";

// ValueWords are what values of the data are called that have no text of their own, in the language in use.
export type ValueWords = {
  notSet: string;
  emptyText: string;
  other: string;
  overall: string;
  yes: string;
  no: string;
};

export function useValueWords(): ValueWords {
  const voice = useVoice();
  return useMemo(() => valueWordsOf(voice), [voice]);
}

export const valueWordsOf = ({ t }: Pick<Voice, "t">): ValueWords => ({
  notSet: t("value.notSet"),
  emptyText: t("value.emptyText"),
  other: t("value.other"),
  overall: t("value.overall"),
  yes: t("value.true"),
  no: t("value.false"),
});

// segmentLabel writes the values of a segment. Not set is a word of ours and looks it.
export function segmentLabel(segment: unknown[], words: ValueWords): string {
  return segment.map((value) => valueLabel(value, words)).join(" · ");
}

// valueLabel writes one value of the data as a person reads it.
export function valueLabel(
  value: unknown,
  words: Pick<ValueWords, "notSet" | "emptyText" | "yes" | "no">,
): string {
  if (value === null || value === undefined) return words.notSet;
  if (value === "") return words.emptyText;
  if (value === true) return words.yes;
  if (value === false) return words.no;
  return typeof value === "object" ? (bucketLabel(value) ?? JSON.stringify(value)) : String(value);
}

// bucketLabel writes a bucket of numbers: 10 – 20 has ten and not twenty in it.
function bucketLabel(value: object): string | undefined {
  const { at_least: from, less: to, ...rest } = value as { at_least?: number; less?: number };
  if (Object.keys(rest).length > 0 || (from === undefined && to === undefined)) return undefined;
  if (from === undefined) return `< ${to}`;
  return to === undefined ? `≥ ${from}` : `${from} – ${to}`;
}

// Segment is what every answer has of its segments.
export type Segment = { segment: unknown[]; other?: boolean };

// nameOf is the name of a segment, of other or of the whole.
export function nameOf({ segment, other }: Segment, words: ValueWords): string {
  if (other) return words.other;
  return segment.length === 0 ? words.overall : segmentLabel(segment, words);
}

// keyOf tells segments apart.
export const keyOf = ({ segment, other }: Segment) => (other ? "other" : JSON.stringify(segment));

// segmentOf names a segment inside a cell, as questions about people take it; the whole needs no name.
export function segmentOf({ segment, other }: Segment): { other?: true; segment?: unknown[] } {
  if (other) return { other: true };
  return segment.length > 0 ? { segment } : {};
}
