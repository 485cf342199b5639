import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { Project, StickinessAnswer } from "../api/types";
import type { Asking, Shown } from "../builder/asking";
import { Builder, OfProject, useNow } from "../builder/builder";
import { Footing } from "../builder/footing";
import { Nothing } from "../builder/nothing";
import { choiceLabel } from "../builder/selector";
import { Tables } from "../builder/tables";
import { Toolbar, UnitSwitch } from "../builder/toolbar";
import { keyOf, nameOf, segmentOf, useValueWords } from "../builder/value";
import { Fact, Why } from "../builder/why";
import { Chart } from "../chart/chart";
import { type ColourBook, colourAll, seriesColours } from "../chart/colours";
import { overPlaces } from "../chart/made";
import { useVoice } from "../language/language";
import { Count } from "../people/count";
import { TableScroll } from "../shell/table-scroll";
import { LifePanel } from "./panel";
import { activeOf, type LifeReport, propertiesOf, stickinessOf, unitOf, units } from "./report";

// Stickiness builds a stickiness: in how many intervals people were active.
export function Stickiness() {
  const { t } = useVoice();
  return (
    <OfProject title={t("shell.stickiness")}>
      {(project) => <OfReport key={project.id} project={project} />}
    </OfProject>
  );
}

function OfReport({ project }: { project: Project }) {
  const voice = useVoice();
  const { t } = voice;
  const report = useSearch({ from: "/framed/projects/$project/stickiness" });
  const go = useNavigate({ from: "/projects/$project/stickiness" });
  const now = useNow(project);
  const question = useMemo(() => stickinessOf(report, project.zone, now), [report, project.zone, now]);
  const change = (next: LifeReport) => void go({ search: next });
  const title = t("sticky.title", { event: choiceLabel(activeOf(report), voice) });
  return (
    <Builder<LifeReport, StickinessAnswer>
      project={project}
      title={title}
      report={report}
      question={question}
      missing={t("life.missing")}
      toolbar={
        <Toolbar report={report} zone={project.zone} now={now} onChange={change}>
          <UnitSwitch
            value={unitOf(report, now)}
            units={units}
            onChange={(unit) =>
              change({ ...report, interval: units.find((u) => u === unit), behind: undefined })
            }
          />
        </Toolbar>
      }
      panel={(faults, botsLeftOut) => (
        <LifePanel
          project={project.id}
          report={report}
          faults={faults}
          botsLeftOut={botsLeftOut}
          sticky
          onChange={(next) => change({ ...next, behind: undefined })}
        />
      )}
      onChange={change}
    >
      {(shown, asking) => <View shown={shown} asking={asking} title={title} />}
    </Builder>
  );
}

const book: ColourBook = new Map();

type ViewProps = {
  shown: Shown<LifeReport, StickinessAnswer>;
  asking: Asking<LifeReport, StickinessAnswer>;
  title: string;
};

function View({ shown, asking, title }: ViewProps) {
  const voice = useVoice();
  const { t } = voice;
  const words = useValueWords();
  const picture = useRef<HTMLDivElement>(null);
  const { report, answer } = shown;
  const drawing = useMemo(() => {
    const segments = answer.curves.filter((c) => c.segment.length > 0 || c.other);
    const drawn = (segments.length > 0 ? segments : answer.curves).slice(0, seriesColours);
    const scope = (report.by ?? []).join("\n");
    const colours = colourAll(
      drawn.map((c) => `${scope}\n${keyOf(c)}`),
      book,
    );
    const lines = drawn.map((c) => ({
      key: keyOf(c),
      label: nameOf(c, words),
      colour: c.other ? ("other" as const) : (colours.get(`${scope}\n${keyOf(c)}`) ?? 0),
      percent: false,
      values: c.people,
    }));
    return overPlaces(
      answer.intervals.map((_, i) => String(i + 1)),
      lines,
      "bar",
      voice,
    );
  }, [answer, report.by, words, voice]);
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
          head: [
            t("table.segment"),
            t("sticky.active"),
            t("sticky.ratio"),
            ...answer.intervals.map((_, i) => String(i + 1)),
          ],
          rows: answer.curves.map((c) => [nameOf(c, words), c.active, c.ratio, ...c.people]),
        })}
        views={[{ value: "table", label: t("table.totals"), table: <Curves answer={answer} /> }]}
      />
      <Footing answer={answer} asking={asking} properties={propertiesOf(report)}>
        <Why report={report} answer={answer}>
          <Fact name={t("sticky.number")}>{t(report.least ? "why.sticky.least" : "why.sticky.exactly")}</Fact>
          <Fact name={t("sticky.ratio")}>{t("why.sticky.ratio")}</Fact>
        </Why>
      </Footing>
    </div>
  );
}

function Curves({ answer }: { answer: StickinessAnswer }) {
  const { t, format } = useVoice();
  const words = useValueWords();
  return (
    <TableScroll label={t("table.totals")}>
      <table className="table table-wide">
        <caption className="unseen">{t("table.totals")}</caption>
        <thead>
          <tr>
            <th scope="col" className="stick">
              {t("table.segment")}
            </th>
            <th scope="col" className="num">
              {t("sticky.active")}
            </th>
            <th scope="col" className="num">
              {t("sticky.ratio")}
            </th>
            {answer.intervals.map((start, i) => (
              <th scope="col" className="num" key={start}>
                {i + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.curves.map((curve) => {
            const named = segmentOf(curve);
            const label = nameOf(curve, words);
            return (
              <tr key={keyOf(curve)}>
                <th scope="row" className="stick">
                  <span className="row-name cut">{label}</span>
                </th>
                <td className="num strong">
                  <Count cell={{ ...named }} of={label}>
                    {format.number(curve.active)}
                  </Count>
                </td>
                <td className="num">{curve.ratio === null ? "–" : format.percent(curve.ratio)}</td>
                {curve.people.map((people, i) => (
                  <td className="num" key={answer.intervals[i]}>
                    <Count cell={{ units: i + 1, ...named }} of={`${label}, ${i + 1}`}>
                      {format.number(people)}
                    </Count>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableScroll>
  );
}
