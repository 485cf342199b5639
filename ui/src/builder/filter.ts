import type { Filter } from "../api/types";
import { isComplete, operators } from "./operators";
import { isRecord, isScalar, text, tidy } from "./read";

// filterFrom reads a filter out of the address bar.
export function filterFrom(raw: unknown, depth = 0): Filter | undefined {
  if (!isRecord(raw) || depth > 9) return undefined;
  for (const word of ["all", "any"] as const) {
    const inner = raw[word];
    if (Array.isArray(inner)) return { [word]: inner.flatMap((f) => filterFrom(f, depth + 1) ?? []) };
  }
  if (typeof raw.where === "string") return { where: raw.where };
  if (typeof raw.property !== "string") return undefined;
  return tidy({
    property: raw.property,
    operator: operators.find((o) => o.name === raw.operator)?.name,
    values: Array.isArray(raw.values) ? raw.values.filter(isScalar) : undefined,
  });
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
  if (filter.where !== undefined) return text(filter.where)?.trim() ? filter : undefined;
  return isComplete(filter) ? filter : undefined;
}

// filterProperties are the properties that a filter asks for.
export const filterProperties = (filter: Filter | undefined): string[] =>
  filter
    ? [...(filter.all ?? filter.any ?? []).flatMap(filterProperties), filter.property ?? ""].filter(Boolean)
    : [];

type Parts = { word: "all" | "any"; parts: Filter[] };

// partsOf reads a filter as conditions joined by one word.
export function partsOf(filter: Filter | undefined): Parts {
  if (!filter) return { word: "all", parts: [] };
  if (filter.any) return { word: "any", parts: filter.any };
  return { word: "all", parts: filter.all ?? [filter] };
}

// joined makes a filter of conditions; none are no filter.
export const joined = (word: "all" | "any", parts: Filter[]): Filter | undefined =>
  parts.length === 0 ? undefined : { [word]: parts };
