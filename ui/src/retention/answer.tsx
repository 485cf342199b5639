import { useMemo, useRef, useState } from "react";
import type { RetentionAnswer } from "../api/types";
import type { Asking, Shown } from "../builder/asking";
import { Footing } from "../builder/footing";
import { Nothing } from "../builder/nothing";
import { SegmentPicker } from "../builder/segment-picker";
import { Tables } from "../builder/tables";
import { keyOf, nameOf, useValueWords } from "../builder/value";
import { Fact, Why } from "../builder/why";
import { Chart } from "../chart/chart";
import { type ColourBook, colourAll, seriesColours } from "../chart/colours";
import { overPlaces } from "../chart/made";
import { useVoice, type Voice } from "../language/language";
import { propertiesOf, type RetentionReport } from "./report";
import { sheetOf } from "./sheet";
import { Triangle } from "./triangle";

const book: ColourBook = new Map();

type RetentionViewProps = {
  shown: Shown<RetentionReport, RetentionAnswer>;
  asking: Asking<RetentionReport, RetentionAnswer>;
  title: string;
};

// RetentionView draws an answer: the curve of the averages, and the triangle of the cohorts.
export function RetentionView({ shown, asking, title }: RetentionViewProps) {
  const voice = useVoice();
  const { t } = voice;
  const words = useValueWords();
  const picture = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string>();
  const { report, answer } = shown;
  const names = useMemo(() => bucketNames(answer, voice), [answer, voice]);
  const drawing = useMemo(() => {
    const segments = answer.tables.filter((table) => table.segment.length > 0 || table.other);
    const drawn = (segments.length > 0 ? segments : answer.tables).slice(0, seriesColours);
    const scope = (report.by ?? []).join("\n");
    const colours = colourAll(
      drawn.map((table) => `${scope}\n${keyOf(table)}`),
      book,
    );
    const lines = drawn.map((table) => ({
      key: keyOf(table),
      label: nameOf(table, words),
      colour: table.other ? ("other" as const) : (colours.get(`${scope}\n${keyOf(table)}`) ?? 0),
      percent: true,
      values: table.average.map((mean) => mean.rate),
    }));
    return overPlaces(names, lines, "line", voice);
  }, [answer, report.by, names, words, voice]);
  const table = answer.tables.find((x) => keyOf(x) === chosen) ?? answer.tables[0];
  const triangle = (as: "share" | "people") =>
    table && <Triangle answer={answer} table={table} names={names} as={as} />;
  return (
    <div className="answer" data-stale={asking.stale || undefined}>
      <div className="card picture" ref={picture}>
        {answer.explain.rows_matched === 0 ? (
          <Nothing />
        ) : (
          <Chart drawing={drawing} label={t("chart.label", { metrics: title })} />
        )}
      </div>
      {table && <SegmentPicker segments={answer.tables} chosen={table} onPick={setChosen} />}
      <Tables
        title={title}
        picture={picture}
        sheet={() => sheetOf(answer, names, words, voice)}
        views={[
          { value: "share", label: t("retention.share"), table: triangle("share") },
          { value: "people", label: t("retention.people"), table: triangle("people") },
        ]}
      />
      <Footing answer={answer} asking={asking} properties={propertiesOf(report)}>
        <Why report={report} answer={answer}>
          <Fact name={t("retention.birth")}>{t("why.retention.birth")}</Fact>
          <Fact name={t("retention.criterion")}>{t(`why.criterion.${report.criterion ?? "on"}`)}</Fact>
          <Fact name={t("retention.alignment")}>{t(`why.alignment.${report.alignment ?? "rolling"}`)}</Fact>
          <Fact name={t("retention.average")}>{t("why.retention.average")}</Fact>
        </Why>
      </Footing>
    </div>
  );
}

// bucketNames name the buckets in the unit that was asked: week 0, weeks 1 to 3.
function bucketNames({ buckets }: RetentionAnswer, { t }: Voice): string[] {
  return buckets.map(({ from, to }) =>
    to - from === 1
      ? t("retention.bucket", { from: String(from) })
      : t("retention.buckets.span", { from: String(from), to: String(to - 1) }),
  );
}
