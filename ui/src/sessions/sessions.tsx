import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Project, SessionsAnswer } from "../api/types";
import { Builder, OfProject, useNow } from "../builder/builder";
import { daysOf, intervalFor, intervalsFor } from "../builder/range";
import { Toolbar, UnitSwitch } from "../builder/toolbar";
import { useVoice } from "../language/language";
import { SessionsView } from "./answer";
import { SessionsPanel } from "./panel";
import { drawnOf, questionOf, type SessionsReport } from "./report";

// Sessions builds a report on sessions: how many, how long, from where.
export function Sessions() {
  const { t } = useVoice();
  return (
    <OfProject title={t("shell.sessions")}>
      {(project) => <OfReport key={project.id} project={project} />}
    </OfProject>
  );
}

function OfReport({ project }: { project: Project }) {
  const { t } = useVoice();
  const report = useSearch({ from: "/framed/projects/$project/sessions" });
  const go = useNavigate({ from: "/projects/$project/sessions" });
  const now = useNow(project);
  const question = useMemo(() => questionOf(report, project.zone, now), [report, project.zone, now]);
  const change = (next: SessionsReport) => void go({ search: next });
  const days = daysOf(report.range ?? "30d", now);
  const title = t(`sessions.${drawnOf(report)}`);
  return (
    <Builder<SessionsReport, SessionsAnswer>
      project={project}
      title={title}
      report={report}
      question={question}
      missing={t("sessions.missing")}
      toolbar={
        <Toolbar report={report} zone={project.zone} now={now} onChange={change}>
          <UnitSwitch
            value={intervalFor(days, report.interval)}
            units={intervalsFor(days)}
            onChange={(interval) => change({ ...report, interval, behind: undefined })}
          />
        </Toolbar>
      }
      panel={(faults, botsLeftOut) => (
        <SessionsPanel
          project={project.id}
          report={report}
          faults={faults}
          botsLeftOut={botsLeftOut}
          onChange={(next) => change({ ...next, behind: undefined })}
        />
      )}
      onChange={change}
    >
      {(shown, asking) => <SessionsView shown={shown} asking={asking} title={title} />}
    </Builder>
  );
}
