import "./funnels.css";
import { IconChartLine, IconClockHour4, IconFilter } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { FunnelAnswer, Project } from "../api/types";
import { Builder, OfProject, useNow } from "../builder/builder";
import { daysOf, intervalFor, intervalsFor } from "../builder/range";
import { choiceLabel, isChosen } from "../builder/selector";
import { KindSwitch, Toolbar, UnitSwitch } from "../builder/toolbar";
import { useVoice } from "../language/language";
import { FunnelView } from "./answer";
import { FunnelPanel } from "./panel";
import { type ChartKind, chartKinds, type FunnelReport, questionOf, stepsOf } from "./report";

// Funnels builds a funnel: who comes from one step to the next.
export function Funnels() {
  const { t } = useVoice();
  return (
    <OfProject title={t("shell.funnels")}>
      {(project) => <Funnel key={project.id} project={project} />}
    </OfProject>
  );
}

const icons = { steps: IconFilter, times: IconClockHour4, trend: IconChartLine };

function Funnel({ project }: { project: Project }) {
  const voice = useVoice();
  const { t } = voice;
  const report = useSearch({ from: "/framed/projects/$project/funnels" });
  const go = useNavigate({ from: "/projects/$project/funnels" });
  const now = useNow(project);
  const question = useMemo(() => questionOf(report, project.zone, now), [report, project.zone, now]);
  const change = (next: FunnelReport) => void go({ search: next });
  const steps = stepsOf(report).filter(isChosen);
  const title = steps.map((step) => choiceLabel(step, voice)).join(" → ") || t("shell.funnels");
  const days = daysOf(report.range ?? "30d", now);
  const chart: ChartKind = report.chart ?? "steps";
  const toolbar = (
    <Toolbar report={report} zone={project.zone} now={now} onChange={change}>
      {chart === "trend" && (
        <UnitSwitch
          value={intervalFor(days, report.interval)}
          units={intervalsFor(days)}
          onChange={(interval) => change({ ...report, interval, behind: undefined })}
        />
      )}
      <div className="spread" />
      <KindSwitch
        value={chart}
        kinds={chartKinds.map((value) => ({ value, label: t(`funnel.chart.${value}`), Icon: icons[value] }))}
        onChange={(kind) =>
          change({ ...report, chart: kind === "steps" ? undefined : kind, behind: undefined })
        }
      />
    </Toolbar>
  );
  return (
    <Builder<FunnelReport, FunnelAnswer>
      project={project}
      title={title}
      report={report}
      question={question}
      missing={t("funnel.missing")}
      toolbar={toolbar}
      panel={(faults, botsLeftOut) => (
        <FunnelPanel
          project={project.id}
          report={report}
          faults={faults}
          botsLeftOut={botsLeftOut}
          onChange={(next) => change({ ...next, behind: undefined })}
        />
      )}
      onChange={change}
    >
      {(shown, asking) => <FunnelView shown={shown} asking={asking} title={title} />}
    </Builder>
  );
}
