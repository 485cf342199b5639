import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import type { LifecycleAnswer, Project } from "../api/types";
import type { Asking, Shown } from "../builder/asking";
import { Builder, OfProject, useNow } from "../builder/builder";
import { Footing } from "../builder/footing";
import { Nothing } from "../builder/nothing";
import { SegmentPicker } from "../builder/segment-picker";
import { choiceLabel } from "../builder/selector";
import { Tables } from "../builder/tables";
import { Toolbar, UnitSwitch } from "../builder/toolbar";
import { keyOf, nameOf, segmentOf, useValueWords } from "../builder/value";
import { Fact, Why } from "../builder/why";
import { Chart } from "../chart/chart";
import { colourVariable } from "../chart/colours";
import { overTime, unitOf as unitOfAnswer } from "../chart/made";
import { useVoice } from "../language/language";
import { Count } from "../people/count";
import { TableScroll } from "../shell/table-scroll";
import { LifePanel } from "./panel";
import { activeOf, type LifeReport, lifecycleOf, propertiesOf, unitOf, units } from "./report";

// Lifecycle builds a life cycle: who is new, stays, comes back and goes.
export function Lifecycle() {
  const { t } = useVoice();
  return (
    <OfProject title={t("shell.lifecycle")}>
      {(project) => <OfReport key={project.id} project={project} />}
    </OfProject>
  );
}

function OfReport({ project }: { project: Project }) {
  const voice = useVoice();
  const { t } = voice;
  const report = useSearch({ from: "/framed/projects/$project/lifecycle" });
  const go = useNavigate({ from: "/projects/$project/lifecycle" });
  const now = useNow(project);
  const question = useMemo(() => lifecycleOf(report, project.zone, now), [report, project.zone, now]);
  const change = (next: LifeReport) => void go({ search: next });
  const title = t("life.title", { event: choiceLabel(activeOf(report), voice) });
  return (
    <Builder<LifeReport, LifecycleAnswer>
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
          sticky={false}
          onChange={(next) => change({ ...next, behind: undefined })}
        />
      )}
      onChange={change}
    >
      {(shown, asking) => <View shown={shown} asking={asking} title={title} />}
    </Builder>
  );
}

const states = [
  { name: "new", colour: 2 },
  { name: "returning", colour: 0 },
  { name: "resurrecting", colour: 4 },
  { name: "dormant", colour: 7 },
] as const;

type ViewProps = {
  shown: Shown<LifeReport, LifecycleAnswer>;
  asking: Asking<LifeReport, LifecycleAnswer>;
  title: string;
};

function View({ shown, asking, title }: ViewProps) {
  const voice = useVoice();
  const { t } = voice;
  const words = useValueWords();
  const picture = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string>();
  const { report, answer } = shown;
  const curve = answer.curves.find((c) => keyOf(c) === chosen) ?? answer.curves[0];
  const drawing = useMemo(() => {
    const lines = states.map(({ name, colour }) => ({
      key: name,
      label: t(`state.${name}`),
      colour,
      percent: false,
      // Who went stands below the line.
      values: (curve?.[name] ?? []).map((n) => (name === "dormant" ? -n : n)),
    }));
    return overTime(answer, lines, { kind: "bar", stacked: true }, voice);
  }, [answer, curve, t, voice]);
  if (!curve) return <Nothing />;
  return (
    <div className="answer" data-stale={asking.stale || undefined}>
      <SegmentPicker segments={answer.curves} chosen={curve} onPick={setChosen} />
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
          head: [t("table.segment"), t("table.start"), ...states.map(({ name }) => t(`state.${name}`))],
          rows: answer.curves.flatMap((c) =>
            answer.intervals.map((start, i) => [
              nameOf(c, words),
              start,
              ...states.map(({ name }) => c[name][i]),
            ]),
          ),
        })}
        views={[
          { value: "table", label: t("table.intervals"), table: <States answer={answer} curve={curve} /> },
        ]}
      />
      <Footing answer={answer} asking={asking} properties={propertiesOf(report)}>
        <Why report={report} answer={answer}>
          {states.map(({ name }) => (
            <Fact key={name} name={t(`state.${name}`)}>
              {t(`why.state.${name}`)}
            </Fact>
          ))}
        </Why>
      </Footing>
    </div>
  );
}

function States({ answer, curve }: { answer: LifecycleAnswer; curve: LifecycleAnswer["curves"][number] }) {
  const { t, format } = useVoice();
  const named = segmentOf(curve);
  const unit = unitOfAnswer(answer);
  return (
    <TableScroll label={t("table.intervals")}>
      <table className="table">
        <caption className="unseen">{t("table.intervals")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("table.start")}</th>
            {states.map(({ name, colour }) => (
              <th scope="col" className="num" key={name}>
                <span className="row state-head">
                  <span className="tip-dot" style={{ background: colourVariable(colour) }} />
                  {t(`state.${name}`)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.intervals.map((start, i) => {
            const date = format.interval(new Date(start), answer.range.zone, unit);
            return (
              <tr key={start}>
                <th scope="row">{date}</th>
                {states.map(({ name }) => (
                  <td className="num" key={name}>
                    <Count
                      cell={{ state: name, interval: start, ...named }}
                      of={`${date}, ${t(`state.${name}`)}`}
                    >
                      {format.number(curve[name][i] ?? 0)}
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
