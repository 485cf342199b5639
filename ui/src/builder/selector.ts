import type { Filter, Selector } from "../api/types";
import type { Voice } from "../language/language";
import { askable, filterFrom, filterProperties } from "./filter";
import { flag, isRecord, text, tidy } from "./read";

// Choice means events: those of a name or all, narrowed by a filter; or any of several such choices.
export type Choice = { event?: string; any?: boolean; filter?: Filter; or?: Choice[] };

export const maxAlternatives = 10;

// choiceFrom reads a choice out of the address bar.
export function choiceFrom(raw: unknown, depth = 0): Choice | undefined {
  if (!isRecord(raw)) return undefined;
  const or = depth === 0 && Array.isArray(raw.or) ? raw.or.flatMap((c) => choiceFrom(c, 1) ?? []) : [];
  return tidy({
    event: text(raw.event),
    any: flag(raw.any),
    filter: filterFrom(raw.filter),
    or: or.length > 0 ? or.slice(0, maxAlternatives - 1) : undefined,
  });
}

// isChosen says whether nothing is missing in a choice.
export const isChosen = (choice: Choice): boolean =>
  (choice.any === true || choice.event !== undefined) && (choice.or ?? []).every(isChosen);

// selectorOf is a choice as a question has it.
export function selectorOf(choice: Choice): Selector {
  if (!choice.or?.length) return plain(choice);
  return { any_of: [plain(choice), ...choice.or.map(plain)] };
}

function plain(choice: Choice): Selector {
  const filter = askable(choice.filter);
  return {
    ...(choice.any ? { any_event: true } : { event: choice.event ?? "" }),
    ...(filter && { filter }),
  };
}

// choiceLabel names a choice in one line.
export function choiceLabel(choice: Choice, { t }: Pick<Voice, "t">): string {
  const names = [choice, ...(choice.or ?? [])].map((c) => (c.any ? t("metric.any") : (c.event ?? "–")));
  return [...new Set(names)].join(` ${t("why.or")} `);
}

// choiceEvent is the one event that a choice means; empty when it means several or all.
export const choiceEvent = (choice: Choice): string =>
  choice.or?.length || choice.any ? "" : (choice.event ?? "");

// choiceProperties are the properties that a choice asks for.
export const choiceProperties = (choice: Choice): string[] => [
  ...filterProperties(choice.filter),
  ...(choice.or ?? []).flatMap(choiceProperties),
];
