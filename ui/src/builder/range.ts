import type { Range, Unit } from "../api/types";

// Stretches of time by the names people use. Each has a single key, as in Plausible.

export type Preset = (typeof presets)[number]["name"];

export const presets = [
  { name: "today", key: "d" },
  { name: "yesterday", key: "e" },
  { name: "24h", key: "h" },
  { name: "7d", key: "w" },
  { name: "30d", key: "t" },
  { name: "3m", key: "n" },
  { name: "6m", key: "s" },
  { name: "12m", key: "l" },
  { name: "mtd", key: "m" },
  { name: "lastmonth", key: "p" },
  { name: "ytd", key: "y" },
  { name: "all", key: "a" },
] as const;

// The keys that open the custom dates and switch the comparison.
export const customKey = "c";
export const compareKey = "x";

// Stretch is a preset's name, or two local dates, both included: "2026-11-01..2026-11-30".
export type Stretch = Preset | `${string}..${string}`;

const dates = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

// stretchFrom reads a stretch out of the address bar.
export function stretchFrom(text: unknown): Stretch | undefined {
  if (typeof text !== "string") return undefined;
  if (presets.some((p) => p.name === text)) return text as Preset;
  const found = dates.exec(text);
  return found && (found[1] ?? "") <= (found[2] ?? "") ? (text as Stretch) : undefined;
}

// datesOf are the two dates of a custom stretch, or nothing for a preset.
export function datesOf(stretch: Stretch): { from: string; to: string } | undefined {
  const found = dates.exec(stretch);
  return found?.[1] && found[2] ? { from: found[1], to: found[2] } : undefined;
}

// Now is what presets depend on: the local date in the project's zone, and the date of the project's first event.
export type Now = { today: string; first: string };

// dateIn is the local date of an instant, YYYY-MM-DD.
export function dateIn(zone: string, at: Date): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);
}

// rangeOf resolves a stretch to what a question carries.
export function rangeOf(stretch: Stretch, zone: string, now: Now): Range {
  const rolling = lasts[stretch as keyof typeof lasts];
  if (rolling) return { ...rolling, zone };
  return { ...datesFor(stretch, now), zone };
}

const lasts = {
  today: { last: 1, unit: "day" },
  "24h": { last: 24, unit: "hour" },
  "7d": { last: 7, unit: "day" },
  "30d": { last: 30, unit: "day" },
  "3m": { last: 3, unit: "month" },
  "6m": { last: 6, unit: "month" },
  "12m": { last: 12, unit: "month" },
} as const satisfies Record<string, { last: number; unit: Unit }>;

function datesFor(stretch: Stretch, { today, first }: Now): { from: string; to: string } {
  switch (stretch) {
    case "yesterday":
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case "mtd":
      return { from: `${today.slice(0, 8)}01`, to: today };
    case "lastmonth": {
      const last = addDays(`${today.slice(0, 8)}01`, -1);
      return { from: `${last.slice(0, 8)}01`, to: last };
    }
    case "ytd":
      return { from: `${today.slice(0, 5)}01-01`, to: today };
    case "all":
      return { from: first < today ? first : today, to: today };
    default:
      return datesOf(stretch) ?? { from: addDays(today, -29), to: today };
  }
}

// addDays moves a local date by whole days. Local dates know no zones.
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMillis).toISOString().slice(0, 10);
}

const dayMillis = 86_400_000;

const rollingDays: Record<string, number> = {
  today: 1,
  "24h": 1,
  "7d": 7,
  "30d": 30,
  "3m": 92,
  "6m": 184,
  "12m": 366,
};

// daysOf is about how many days a stretch is long; enough to choose intervals.
export function daysOf(stretch: Stretch, now: Now): number {
  const rolling = rollingDays[stretch];
  if (rolling) return rolling;
  const { from, to } = datesFor(stretch, now);
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMillis) + 1;
}

// intervalsFor are the intervals that make a readable picture of so many days, and stay below the limit of a question.
export function intervalsFor(days: number): Unit[] {
  const fits: [Unit, boolean][] = [
    ["minute", days <= 1],
    ["hour", days <= 31],
    ["day", days > 1 && days <= 1400],
    ["week", days > 7],
    ["month", days > 31],
  ];
  return fits.filter(([, fit]) => fit).map(([unit]) => unit);
}

// intervalFor keeps the wanted interval where it fits, else chooses one.
export function intervalFor(days: number, wanted?: Unit): Unit {
  const fit = intervalsFor(days);
  if (wanted && fit.includes(wanted)) return wanted;
  if (days <= 2) return "hour";
  if (days <= 100) return "day";
  return days <= 200 ? "week" : "month";
}
