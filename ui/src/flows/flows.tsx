import "./flows.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { FlowAnswer, Project } from "../api/types";
import { Builder, OfProject, useNow } from "../builder/builder";
import { choiceLabel, isChosen } from "../builder/selector";
import { Toolbar } from "../builder/toolbar";
import { useVoice } from "../language/language";
import { FlowView } from "./answer";
import { FlowPanel } from "./panel";
import { anchorsOf, type FlowReport, questionOf } from "./report";

// Flows builds a flow: which ways people take.
export function Flows() {
  const { t } = useVoice();
  return (
    <OfProject title={t("shell.flows")}>
      {(project) => <OfReport key={project.id} project={project} />}
    </OfProject>
  );
}

function OfReport({ project }: { project: Project }) {
  const voice = useVoice();
  const { t } = voice;
  const report = useSearch({ from: "/framed/projects/$project/flows" });
  const go = useNavigate({ from: "/projects/$project/flows" });
  const now = useNow(project);
  const question = useMemo(() => questionOf(report, project.zone, now), [report, project.zone, now]);
  const change = (next: FlowReport) => void go({ search: next });
  const chosen = anchorsOf(report).filter(isChosen);
  const title = chosen.map((anchor) => choiceLabel(anchor, voice)).join(" → ") || t("shell.flows");
  return (
    <Builder<FlowReport, FlowAnswer>
      project={project}
      title={title}
      report={report}
      question={question}
      missing={t("flow.missing")}
      toolbar={<Toolbar report={report} zone={project.zone} now={now} onChange={change} />}
      panel={(faults, botsLeftOut) => (
        <FlowPanel
          project={project.id}
          report={report}
          faults={faults}
          botsLeftOut={botsLeftOut}
          onChange={(next) => change({ ...next, behind: undefined })}
        />
      )}
      onChange={change}
    >
      {(shown, asking) => <FlowView shown={shown} asking={asking} title={title} onChange={change} />}
    </Builder>
  );
}
