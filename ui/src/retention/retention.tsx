import "./retention.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Project, RetentionAnswer } from "../api/types";
import { Builder, OfProject, useNow } from "../builder/builder";
import { choiceLabel } from "../builder/selector";
import { Toolbar, UnitSwitch } from "../builder/toolbar";
import { useVoice } from "../language/language";
import { RetentionView } from "./answer";
import { RetentionPanel } from "./panel";
import { birthOf, questionOf, type RetentionReport, returnOf, unitOf, units } from "./report";

// Retention builds a retention: who comes back.
export function Retention() {
  const { t } = useVoice();
  return (
    <OfProject title={t("shell.retention")}>
      {(project) => <OfReport key={project.id} project={project} />}
    </OfProject>
  );
}

function OfReport({ project }: { project: Project }) {
  const voice = useVoice();
  const { t } = voice;
  const report = useSearch({ from: "/framed/projects/$project/retention" });
  const go = useNavigate({ from: "/projects/$project/retention" });
  const now = useNow(project);
  const question = useMemo(() => questionOf(report, project.zone, now), [report, project.zone, now]);
  const change = (next: RetentionReport) => void go({ search: next });
  const title = t("retention.title", {
    birth: choiceLabel(birthOf(report), voice),
    back: choiceLabel(returnOf(report), voice),
  });
  return (
    <Builder<RetentionReport, RetentionAnswer>
      project={project}
      title={title}
      report={report}
      question={question}
      missing={t("retention.missing")}
      toolbar={
        <Toolbar report={report} zone={project.zone} now={now} onChange={change}>
          <UnitSwitch
            value={unitOf(report, now)}
            units={units}
            label={t("retention.unit")}
            onChange={(unit) => change({ ...report, unit: units.find((u) => u === unit), behind: undefined })}
          />
        </Toolbar>
      }
      panel={(faults, botsLeftOut) => (
        <RetentionPanel
          project={project.id}
          report={report}
          faults={faults}
          botsLeftOut={botsLeftOut}
          onChange={(next) => change({ ...next, behind: undefined })}
        />
      )}
      onChange={change}
    >
      {(shown, asking) => <RetentionView shown={shown} asking={asking} title={title} />}
    </Builder>
  );
}
