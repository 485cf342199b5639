// Format writes numbers, dates and durations for one language. A zone is always given: the project's, never the
// browser's by accident.
export type Format = ReturnType<typeof formatOf>;

export type Interval = "minute" | "hour" | "day" | "week" | "month";

// formatOf makes the writers for a BCP 47 locale.
export function formatOf(locale: string) {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    locale,
    number: (n: number) => (Number.isInteger(n) ? whole : fine).format(n),
    short: (n: number) => (Math.abs(n) < 1000 ? fine : short).format(n),
    percent: (n: number) => percent.format(n),
    change: (n: number) => signed(n, (size) => percent.format(size)),
    points: (n: number) => signed(n * 100, (size) => fine.format(Math.round(size * 10) / 10)),
    list: (items: string[]) => list.format(items),
    duration: (ms: number) => durationOf(locale, ms),
    length: (seconds: number) => lengthOf(locale, seconds),
    date: (at: Date, zone: string) => writeDate(locale, zone, { dateStyle: "medium" }, at),
    moment: (at: Date, zone: string) =>
      writeDate(locale, zone, { dateStyle: "medium", timeStyle: "short" }, at),
    clock: (at: Date, zone: string) => writeDate(locale, zone, { timeStyle: "medium" }, at),
    interval: (at: Date, zone: string, interval: Interval) => writeDate(locale, zone, longForm[interval], at),
    tick: (at: Date, zone: string, interval: Interval) => writeDate(locale, zone, tickForm[interval], at),
    range: (from: Date, to: Date, zone: string) =>
      dateWriter(locale, zone, { dateStyle: "medium" }).formatRange(from, to),
  };
}

// One zero is ±0; otherwise the sign is always written, with a true minus.
function signed(n: number, write: (size: number) => string): string {
  const size = write(Math.abs(n));
  if (size === write(0)) return `±${write(0)}`;
  return (n < 0 ? "−" : "+") + size;
}

function durationOf(locale: string, ms: number): string {
  const unit = (n: number, name: string, digits: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, maximumFractionDigits: digits }).format(n);
  if (ms < 1) return unit(ms, "millisecond", 2);
  if (ms < 1000) return unit(ms, "millisecond", 0);
  return unit(ms / 1000, "second", 1);
}

const lengths = [
  { name: "day", seconds: 86_400 },
  { name: "hour", seconds: 3600 },
  { name: "minute", seconds: 60 },
  { name: "second", seconds: 1 },
] as const;

// lengthOf writes how long something takes people, in the largest unit that it fills.
function lengthOf(locale: string, seconds: number): string {
  const { name, seconds: size } = lengths.find((unit) => seconds >= unit.seconds) ?? {
    name: "second",
    seconds: 1,
  };
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: name,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(seconds / size);
}

const longForm: Record<Interval, Intl.DateTimeFormatOptions> = {
  minute: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  hour: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  week: { day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
};

const tickForm: Record<Interval, Intl.DateTimeFormatOptions> = {
  minute: { hour: "2-digit", minute: "2-digit" },
  hour: { hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short" },
  week: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
};

// Making a writer costs far more than using it, and a table of a year has thousands of dates.
const writers = new Map<string, Intl.DateTimeFormat>();

function dateWriter(locale: string, zone: string, form: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${JSON.stringify(form)}`;
  let writer = writers.get(key);
  if (!writer) {
    writer = new Intl.DateTimeFormat(locale, { ...form, timeZone: zone, hourCycle: "h23" });
    writers.set(key, writer);
  }
  return writer;
}

function writeDate(locale: string, zone: string, form: Intl.DateTimeFormatOptions, at: Date): string {
  return Number.isNaN(at.getTime()) ? "–" : dateWriter(locale, zone, form).format(at);
}
