import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { IconBolt, IconClock, IconRefresh } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { Chart } from "../chart/chart";
import { type ColourBook, seriesColours } from "../chart/colours";
import { useVoice } from "../language/language";
import { PlaceCredit } from "../shell/place-credit";
import { hasPlace } from "../shell/places";
import { drawingOf } from "./drawing";
import { Numbers } from "./numbers";
import { propertiesOf } from "./report";
import { linesOf, rowsOf } from "./result";
import { IntervalsTable, TotalsTable } from "./result-table";
import type { Shown, Trend } from "./trend";
import { Why } from "./why";
import { useWords } from "./words";

// The colours of segments, for as long as the page lives.
const book: ColourBook = new Map();

// AnswerView draws an answer: picture, table, and the line that says what it rests on.
export function AnswerView({ shown, trend }: { shown: Shown; trend: Trend }) {
  const voice = useVoice();
  const words = useWords();
  const { t } = voice;
  const { report, answer } = shown;
  const [switched, setSwitched] = useState(new Map<string, boolean>());
  const [why, setWhy] = useState(false);
  const rows = useMemo(() => rowsOf(report, answer, words), [report, answer, words]);
  const lines = useMemo(() => linesOf(report, rows, book), [report, rows]);
  const off = useMemo(() => offRows(lines, switched), [lines, switched]);
  const drawn = useMemo(() => lines.filter((line) => !off.has(line.row.key)), [lines, off]);
  const drawing = useMemo(() => drawingOf(report, answer, drawn, voice), [report, answer, drawn, voice]);
  const kind = report.chart ?? "line";
  const title = t("chart.label", { metrics: drawn.map((line) => line.label).join(", ") });
  return (
    <div className="answer" data-stale={trend.stale || undefined}>
      {kind === "number" && (
        <div className="card">
          <Numbers lines={drawn} compared={answer.compare !== undefined} />
        </div>
      )}
      {(kind === "line" || kind === "bar") && (
        <div className="card picture">
          {answer.explain.rows_matched === 0 ? <Nothing /> : <Chart drawing={drawing} label={title} />}
        </div>
      )}
      <Tables
        first={kind === "table" ? "intervals" : "totals"}
        totals={
          <TotalsTable
            report={report}
            answer={answer}
            rows={rows}
            lines={kind === "table" ? [] : lines}
            off={off}
            onSwitch={(key, on) => setSwitched(new Map(switched).set(key, on))}
          />
        }
        intervals={<IntervalsTable answer={answer} rows={rows} label={title} />}
      />
      <Footing shown={shown} trend={trend} why={why} onWhy={() => setWhy(!why)} />
      {why && <Why report={report} answer={answer} />}
    </div>
  );
}

// offRows are the rows not drawn: those switched off, and without a word about them those beyond the eighth colour.
function offRows(lines: { row: { key: string } }[], switched: Map<string, boolean>): Set<string> {
  const keys = [...new Set(lines.map((line) => line.row.key))];
  return new Set(keys.filter((key, place) => !(switched.get(key) ?? place < seriesColours)));
}

function Nothing() {
  const { t } = useVoice();
  return (
    <div className="empty">
      <strong>{t("answer.nothing")}</strong>
      <p>{t("answer.nothingHint")}</p>
    </div>
  );
}

type View = "totals" | "intervals";

function Tables({ first, totals, intervals }: { first: View; totals: ReactNode; intervals: ReactNode }) {
  const { t } = useVoice();
  const [chosen, setChosen] = useState<View>();
  const view = chosen ?? first;
  return (
    <div className="card tables">
      <div className="tables-head">
        <SegmentedControl
          size="xs"
          aria-label={t("table.view")}
          value={view}
          onChange={(v) => setChosen(v === "intervals" ? "intervals" : "totals")}
          data={[
            { value: "totals", label: t("table.totals") },
            { value: "intervals", label: t("table.intervals") },
          ]}
        />
      </div>
      {view === "intervals" ? intervals : totals}
    </div>
  );
}

function Footing({
  shown,
  trend,
  why,
  onWhy,
}: {
  shown: Shown;
  trend: Trend;
  why: boolean;
  onWhy: () => void;
}) {
  const { t, format } = useVoice();
  const { explain, range, segments } = shown.answer;
  return (
    <div className="footing">
      <span className="row">
        <IconBolt size={15} aria-hidden="true" />
        {t("answer.cost", {
          took: format.duration(explain.took_ms),
          read: format.short(explain.rows_read),
          count: explain.rows_read,
        })}
      </span>
      <span className="row">
        <IconClock size={15} aria-hidden="true" />
        {range.zone}
      </span>
      {segments && segments.all > segments.shown && (
        <span>{t("answer.segments", { shown: segments.shown, count: segments.all })}</span>
      )}
      <Button
        variant="transparent"
        size="compact-sm"
        className="why-button"
        aria-expanded={why}
        aria-controls="why"
        onClick={onWhy}
      >
        {t("answer.why")}
      </Button>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t("answer.again")}
        title={t("answer.again")}
        onClick={trend.again}
      >
        <IconRefresh size={15} />
      </ActionIcon>
      {hasPlace(propertiesOf(shown.report)) && <PlaceCredit />}
    </div>
  );
}
