import { useMemo, useRef } from "react";
import type { FunnelAnswer } from "../api/types";
import type { Asking, Shown } from "../builder/asking";
import { Footing } from "../builder/footing";
import { Nothing } from "../builder/nothing";
import { choiceLabel } from "../builder/selector";
import { Tables } from "../builder/tables";
import { keyOf, nameOf, useValueWords } from "../builder/value";
import { Chart } from "../chart/chart";
import { type ColourBook, colourAll, seriesColours } from "../chart/colours";
import type { Drawing } from "../chart/line";
import { overPlaces, overTime } from "../chart/made";
import { useVoice, type Voice } from "../language/language";
import { type FunnelBar, StepsFigure } from "./figure";
import { type FunnelReport, propertiesOf, stepsOf } from "./report";
import { sheetOf } from "./sheet";
import { SegmentsTable, StepsTable } from "./table";
import { FunnelWhy } from "./why";

const book: ColourBook = new Map();

type FunnelViewProps = {
  shown: Shown<FunnelReport, FunnelAnswer>;
  asking: Asking<FunnelReport, FunnelAnswer>;
  title: string;
};

// FunnelView draws an answer: picture, table, and what they rest on.
export function FunnelView({ shown, asking, title }: FunnelViewProps) {
  const voice = useVoice();
  const { t } = voice;
  const words = useValueWords();
  const picture = useRef<HTMLDivElement>(null);
  const { report, answer, question } = shown;
  const names = stepsOf(report).map((step) => choiceLabel(step, voice));
  const bars = useMemo(
    () => barsOf(report, answer, (table) => nameOf(table, words)),
    [report, answer, words],
  );
  const drawing = useMemo(
    () => drawingOf(report, answer, bars, limitsAsked(question), voice),
    [report, answer, bars, question, voice],
  );
  const label = t("chart.label", { metrics: title });
  return (
    <div className="answer" data-stale={asking.stale || undefined}>
      <div className={drawing ? "card picture" : "card picture funnel-picture"} ref={picture}>
        {answer.explain.rows_matched === 0 ? (
          <Nothing />
        ) : drawing ? (
          <Chart drawing={drawing} label={label} />
        ) : (
          <StepsFigure bars={bars} steps={names} label={label} />
        )}
      </div>
      <Tables
        title={title}
        picture={picture}
        sheet={() => sheetOf(answer, names, words, voice)}
        views={[
          {
            value: "table",
            label: t("table.totals"),
            table: report.by?.length ? (
              <SegmentsTable answer={answer} bars={bars} names={names} by={report.by} />
            ) : (
              <StepsTable table={answer.funnels[0]} names={names} />
            ),
          },
        ]}
      />
      <Footing answer={answer} asking={asking} properties={propertiesOf(report)}>
        <FunnelWhy report={report} answer={answer} />
      </Footing>
    </div>
  );
}

const limitsAsked = (question: { kind: string }) =>
  (question as { times?: { histogram?: number[] } }).times?.histogram;

// barsOf are the funnels that are drawn: the segments, or the whole when there are none.
function barsOf(
  report: FunnelReport,
  answer: FunnelAnswer,
  name: (table: FunnelAnswer["funnels"][number]) => string,
): FunnelBar[] {
  const segments = answer.funnels.filter((f) => f.segment.length > 0 || f.other);
  const drawn = segments.length > 0 ? segments : answer.funnels;
  const scope = (report.by ?? []).join("\n");
  const colours = colourAll(
    drawn.filter((f) => !f.other).map((f) => `${scope}\n${keyOf(f)}`),
    book,
  );
  return drawn.slice(0, seriesColours + 1).map((table) => ({
    key: keyOf(table),
    label: name(table),
    colour: table.other ? "other" : (colours.get(`${scope}\n${keyOf(table)}`) ?? 0),
    table,
  }));
}

// drawingOf is the picture over time or over lengths of time; none for the picture of steps.
function drawingOf(
  report: FunnelReport,
  answer: FunnelAnswer,
  bars: FunnelBar[],
  limits: number[] | undefined,
  voice: Voice,
): Drawing | undefined {
  if (report.chart === "trend" && answer.intervals) {
    const lines = bars.map((bar) => ({
      ...bar,
      percent: true,
      values: (bar.table.intervals ?? []).map((counts) => shareOf(counts.at(-1), counts[0])),
    }));
    return overTime({ ...answer, intervals: answer.intervals }, lines, { kind: "line" }, voice);
  }
  if (report.chart !== "times" || !limits) return undefined;
  const lines = bars.map((bar) => ({
    ...bar,
    percent: false,
    values: bar.table.steps.at(-1)?.from_start?.histogram ?? [],
  }));
  return overPlaces(bucketNames(limits, voice), lines, "bar", voice);
}

const shareOf = (part: number | undefined, whole: number | undefined) => (whole ? (part ?? 0) / whole : null);

// bucketNames name the buckets that limits make.
function bucketNames(limits: number[], { t, format }: Voice): string[] {
  const write = (seconds: number) => format.length(seconds);
  const first = t("times.less", { time: write(limits[0] ?? 0) });
  const last = t("times.more", { time: write(limits.at(-1) ?? 0) });
  const between = limits.slice(1).map((limit, i) => `${write(limits[i] ?? 0)} – ${write(limit)}`);
  return [first, ...between, last];
}
