import type { TrendAnswer as Answer, TrendQuestion as Question, Series } from "../src/api/types";
import { segmentsOf } from "./mock-data.ts";

// answerTo invents an answer to a question: the same numbers for the same question.
export function answerTo(asked: Record<string, unknown>): Answer {
  const question = asked as unknown as Question;
  const starts = intervalsOf(question);
  const now = { range: rangeOf(starts, question), intervals: starts.map((at) => at.toISOString()) };
  const shift = question.compare ? 0.9 : 1;
  return {
    kind: "trend",
    ...now,
    series: seriesOf(question, starts.length, 1),
    ...(question.breakdown && { segments: { shown: 4, all: 4 } }),
    ...(question.compare && { compare: { ...now, series: seriesOf(question, starts.length, shift) } }),
    explain: {
      rows_read: 212_000,
      rows_matched: 148_000,
      took_ms: 7.4,
      bots_left_out: question.include_bots ? 0 : 6_420,
      complete_until: new Date().toISOString(),
    },
  };
}

const unitMillis = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
};

const offset = 7 * 3_600_000; // Asia/Jakarta

function intervalsOf({ range, interval }: Question): Date[] {
  const step = unitMillis[interval];
  const end = range.to ? Date.parse(range.to) + 86_400_000 : Date.now() + offset;
  const span = range.last ? range.last * unitMillis[range.unit ?? "day"] : end - Date.parse(range.from ?? "");
  const last = Math.floor((end - 1) / step) * step;
  const count = Math.min(400, Math.max(1, Math.round(span / step)));
  return Array.from({ length: count }, (_, i) => new Date(last - (count - 1 - i) * step - offset));
}

function rangeOf(starts: Date[], { range, interval }: Question) {
  const end = (starts.at(-1)?.getTime() ?? 0) + unitMillis[interval];
  return { from: starts[0]?.toISOString() ?? "", to: new Date(end).toISOString(), zone: range.zone };
}

function seriesOf(question: Question, count: number, scale: number): Series[] {
  const by = question.breakdown?.[0]?.property;
  const segments = by
    ? [
        [],
        ...segmentsOf(by)
          .slice(0, question.top ?? 5)
          .map((v) => [v]),
      ]
    : [[]];
  return question.metrics.flatMap((metric, m) =>
    segments.map((segment, s) => {
      const ratio = metric.formula !== undefined;
      const size = ratio ? 0.3 + 0.12 * s : (segment.length === 0 ? 5200 : 1900 / (s + 0.4)) / (m + 1);
      const values = Array.from({ length: count }, (_, i) => size * scale * wave(i, s + m));
      const written = values.map((v) => (ratio ? v : Math.round(v)));
      const sum = written.reduce((a, b) => a + b, 0);
      return { metric: metric.name, segment, values: written, total: ratio ? sum / count : sum };
    }),
  );
}

const wave = (i: number, seed: number) =>
  1 + 0.18 * Math.sin(i / 3 + seed * 2) + 0.12 * Math.sin(i * 1.7 + seed);
