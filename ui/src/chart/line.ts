import type { Colour } from "./colours";

// Line is one series of a picture: its values per interval, and those of the earlier range it is compared with.
export type Line = {
  key: string;
  label: string;
  colour: Colour;
  values: (number | null)[];
  earlier?: (number | null)[];
  percent: boolean;
};

// Drawing is everything a picture shows.
export type Drawing = {
  kind: "line" | "bar";
  lines: Line[];
  // starts are the beginnings of the intervals, in order; labels name them on the axis and in full.
  starts: string[];
  tick: (start: string) => string;
  long: (start: string) => string;
  earlierStarts?: string[];
  // whole is the number of intervals that are over; past is the number that have begun.
  whole: number;
  begun: number;
  stacked: boolean;
  number: (n: number) => string;
  short: (n: number) => string;
  percent: (n: number) => string;
  words: { earlier: string; incomplete: string; more: (n: number) => string };
};

// progressOf counts the intervals that are over and those that have begun when an answer is complete until a moment.
export function progressOf(
  starts: string[],
  end: string,
  completeUntil: string,
): { whole: number; begun: number } {
  const until = Date.parse(completeUntil);
  const begun = starts.filter((start) => Date.parse(start) < until).length;
  const ends = [...starts.slice(1), end];
  const whole = ends.filter((stop) => Date.parse(stop) <= until).length;
  return { whole, begun };
}
