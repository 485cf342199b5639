// How an event's properties are read: the product's own first, then those that SDKs and the server set.

export type Properties = Record<string, unknown>;

const briefCount = 3;
const longest = 2_000;

// ordered lists properties by name, the product's own first.
export function ordered(properties: Properties): [string, unknown][] {
  return Object.entries(properties).sort(
    ([a], [b]) => Number(isSetByOthers(a)) - Number(isSetByOthers(b)) || a.localeCompare(b),
  );
}

// brief is what fits on a line: a few of the product's own properties.
export function brief(properties: Properties): string {
  return ordered(properties)
    .filter(([name, value]) => !isSetByOthers(name) && typeof value !== "object")
    .slice(0, briefCount)
    .map(([name, value]) => `${cut(name, 40)} ${cut(written(value), 60)}`)
    .join(" · ");
}

// written is a value as JSON has it, a text without its quotes. What is far too long is cut.
export function written(value: unknown): string {
  return cut(typeof value === "string" ? value : JSON.stringify(value), longest);
}

// isSetByOthers: names with a dollar, or known to the wire.
export const isSetByOthers = (name: string) => /^(\$|mp_|utm_)/.test(name);

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text);
