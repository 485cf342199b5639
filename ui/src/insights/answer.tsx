import { useMemo, useRef, useState } from "react";
import type { TrendAnswer } from "../api/types";
import type { Asking, Shown } from "../builder/asking";
import { Footing } from "../builder/footing";
import { Nothing } from "../builder/nothing";
import { Tables } from "../builder/tables";
import { Chart } from "../chart/chart";
import { type ColourBook, seriesColours } from "../chart/colours";
import { useVoice } from "../language/language";
import { drawingOf } from "./drawing";
import { Numbers } from "./numbers";
import { propertiesOf, type Report } from "./report";
import { linesOf, rowsOf } from "./result";
import { IntervalsTable, TotalsTable } from "./result-table";
import { sheetOf } from "./sheet";
import { Why } from "./why";
import { useWords } from "./words";

// The colours of segments, for as long as the page lives.
const book: ColourBook = new Map();

type AnswerProps = { shown: Shown<Report, TrendAnswer>; asking: Asking<Report, TrendAnswer> };

// AnswerView draws an answer: picture, table, and the line that says what it rests on.
export function AnswerView({ shown, asking }: AnswerProps) {
  const voice = useVoice();
  const words = useWords();
  const { t } = voice;
  const { report, answer } = shown;
  const [switched, setSwitched] = useState(new Map<string, boolean>());
  const rows = useMemo(() => rowsOf(report, answer, words), [report, answer, words]);
  const lines = useMemo(() => linesOf(report, rows, book), [report, rows]);
  const off = useMemo(() => offRows(lines, switched), [lines, switched]);
  const drawn = useMemo(() => lines.filter((line) => !off.has(line.row.key)), [lines, off]);
  const drawing = useMemo(() => drawingOf(report, answer, drawn, voice), [report, answer, drawn, voice]);
  const picture = useRef<HTMLDivElement>(null);
  const kind = report.chart ?? "line";
  const title = t("chart.label", { metrics: drawn.map((line) => line.label).join(", ") });
  return (
    <div className="answer" data-stale={asking.stale || undefined}>
      {kind === "number" && (
        <div className="card">
          <Numbers lines={drawn} compared={answer.compare !== undefined} />
        </div>
      )}
      {(kind === "line" || kind === "bar") && (
        <div className="card picture" ref={picture}>
          {answer.explain.rows_matched === 0 ? <Nothing /> : <Chart drawing={drawing} label={title} />}
        </div>
      )}
      <Tables
        title={title}
        sheet={() => sheetOf(answer, rows, words, voice)}
        picture={picture}
        first={kind === "table" ? "intervals" : "totals"}
        views={[
          {
            value: "totals",
            label: t("table.totals"),
            table: (
              <TotalsTable
                report={report}
                answer={answer}
                rows={rows}
                lines={kind === "table" ? [] : lines}
                off={off}
                onSwitch={(key, on) => setSwitched(new Map(switched).set(key, on))}
              />
            ),
          },
          {
            value: "intervals",
            label: t("table.intervals"),
            table: <IntervalsTable answer={answer} rows={rows} label={title} />,
          },
        ]}
      />
      <Footing answer={answer} asking={asking} properties={propertiesOf(report)}>
        <Why report={report} answer={answer} />
      </Footing>
    </div>
  );
}

// offRows are the rows not drawn: those switched off, and without a word about them those beyond the eighth colour.
function offRows(lines: { row: { key: string } }[], switched: Map<string, boolean>): Set<string> {
  const keys = [...new Set(lines.map((line) => line.row.key))];
  return new Set(keys.filter((key, place) => !(switched.get(key) ?? place < seriesColours)));
}
