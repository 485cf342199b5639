import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Project, TrendAnswer } from "../api/types";
import { Builder, OfProject, useNow } from "../builder/builder";
import { useVoice } from "../language/language";
import { AnswerView } from "./answer";
import { Panel } from "./panel";
import { isDrawn, metricsOf, questionOf, type Report } from "./report";
import { Toolbar } from "./toolbar";
import { titleOf } from "./words";

// Insights builds a trend.
export function Insights() {
  const { t } = useVoice();
  return (
    <OfProject title={t("shell.insights")}>
      {(project) => <Trend key={project.id} project={project} />}
    </OfProject>
  );
}

function Trend({ project }: { project: Project }) {
  const voice = useVoice();
  const { t } = voice;
  const report = useSearch({ from: "/framed/projects/$project/insights" });
  const go = useNavigate({ from: "/projects/$project/insights" });
  const now = useNow(project);
  const question = useMemo(() => questionOf(report, project.zone, now), [report, project.zone, now]);
  const change = (next: Report) => void go({ search: next });
  const drawn = metricsOf(report).filter((m) => isDrawn(m, metricsOf(report)));
  const title = drawn.map((m) => titleOf(m, metricsOf(report), voice)).join(", ") || t("shell.insights");
  return (
    <Builder<Report, TrendAnswer>
      project={project}
      title={title}
      report={report}
      question={question}
      missing={t("answer.chooseHint")}
      toolbar={<Toolbar report={report} zone={project.zone} now={now} onChange={change} />}
      panel={(faults, botsLeftOut) => (
        <Panel
          project={project.id}
          report={report}
          faults={faults}
          botsLeftOut={botsLeftOut}
          onChange={change}
        />
      )}
      onChange={change}
    >
      {(shown, asking) => <AnswerView shown={shown} asking={asking} />}
    </Builder>
  );
}
