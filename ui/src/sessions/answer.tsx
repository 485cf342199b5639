import { useMemo, useRef } from "react";
import type { Series, SessionsAnswer } from "../api/types";
import type { Asking, Shown } from "../builder/asking";
import { Footing } from "../builder/footing";
import { Nothing } from "../builder/nothing";
import { Tables } from "../builder/tables";
import { keyOf, nameOf, segmentOf, useValueWords } from "../builder/value";
import { Fact, Why } from "../builder/why";
import { Chart } from "../chart/chart";
import { type ColourBook, colourAll, seriesColours } from "../chart/colours";
import { overTime } from "../chart/made";
import { useVoice, type Voice } from "../language/language";
import { Count } from "../people/count";
import { TableScroll } from "../shell/table-scroll";
import { defaultTimeout, drawnOf, measures, propertiesOf, type SessionsReport } from "./report";

const book: ColourBook = new Map();

type SessionsViewProps = {
  shown: Shown<SessionsReport, SessionsAnswer>;
  asking: Asking<SessionsReport, SessionsAnswer>;
  title: string;
};

// SessionsView draws one measure over time; the table has all of them.
export function SessionsView({ shown, asking, title }: SessionsViewProps) {
  const voice = useVoice();
  const { t, format } = voice;
  const words = useValueWords();
  const picture = useRef<HTMLDivElement>(null);
  const { report, answer } = shown;
  const name = drawnOf(report);
  const drawing = useMemo(() => {
    const all = answer.series.filter((s) => s.metric === name);
    const segments = all.filter((s) => s.segment.length > 0 || s.other);
    const drawn = (segments.length > 0 ? segments : all).slice(0, seriesColours);
    const scope = (report.by ?? []).join("\n");
    const colours = colourAll(
      drawn.map((s) => `${scope}\n${keyOf(s)}`),
      book,
    );
    const writes = measures.find((m) => m.name === name)?.writes;
    const lines = drawn.map((s) => ({
      key: keyOf(s),
      label: nameOf(s, words),
      colour: s.other ? ("other" as const) : (colours.get(`${scope}\n${keyOf(s)}`) ?? 0),
      percent: writes === "percent",
      values: s.values,
    }));
    const made = overTime(answer, lines, { kind: "line" }, voice);
    return writes === "length" ? { ...made, number: format.length, short: format.length } : made;
  }, [answer, report.by, name, words, voice, format]);
  return (
    <div className="answer" data-stale={asking.stale || undefined}>
      <div className="card picture" ref={picture}>
        {answer.explain.rows_matched === 0 ? (
          <Nothing />
        ) : (
          <Chart drawing={drawing} label={t("chart.label", { metrics: title })} />
        )}
      </div>
      <Tables
        title={title}
        picture={picture}
        sheet={() => ({
          head: [t("table.metric"), t("table.segment"), t("table.total"), ...answer.intervals],
          rows: answer.series.map((s) => [s.metric, nameOf(s, words), s.total, ...s.values]),
        })}
        views={[{ value: "totals", label: t("table.totals"), table: <Totals answer={answer} /> }]}
      />
      <Footing answer={answer} asking={asking} properties={propertiesOf(report)}>
        <Why report={{ ...report, filter: undefined }} answer={answer}>
          <Fact name={t("shell.sessions")}>
            {t("why.sessions.cut", { pause: format.length(report.timeout ?? defaultTimeout) })}
          </Fact>
          <Fact name={t("sessions.bounce")}>{t("why.sessions.bounce")}</Fact>
          <Fact name={t("sessions.duration")}>{t("why.sessions.duration")}</Fact>
        </Why>
      </Footing>
    </div>
  );
}

function Totals({ answer }: { answer: SessionsAnswer }) {
  const voice = useVoice();
  const { t } = voice;
  const words = useValueWords();
  const rows = new Map<string, Series[]>();
  for (const series of answer.series) rows.set(keyOf(series), [...(rows.get(keyOf(series)) ?? []), series]);
  return (
    <TableScroll label={t("table.totals")}>
      <table className="table">
        <caption className="unseen">{t("table.totals")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("table.segment")}</th>
            {measures.map(({ name }) => (
              <th scope="col" className="num" key={name}>
                {t(`sessions.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...rows].map(([key, all]) => {
            const first = all[0];
            if (!first) return null;
            const named = segmentOf(first);
            const label = nameOf(first, words);
            return (
              <tr key={key}>
                <th scope="row">
                  <span className="row-name cut">{label}</span>
                </th>
                {measures.map(({ name, writes }) => {
                  const text = write(all.find((s) => s.metric === name)?.total, writes, voice);
                  const counts = name === "sessions" || name === "people";
                  return (
                    <td className="num" key={name}>
                      {counts ? (
                        <Count cell={named} of={`${label}, ${t(`sessions.${name}`)}`}>
                          {text}
                        </Count>
                      ) : (
                        text
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableScroll>
  );
}

function write(
  value: number | null | undefined,
  writes: "number" | "percent" | "length",
  { format }: Voice,
): string {
  return value === null || value === undefined ? "–" : format[writes](value);
}
