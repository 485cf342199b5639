import "./insights.css";
import { Button, CopyButton } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { project as projectAsked } from "../api/keep";
import { Problem } from "../api/problem";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { LinkButton } from "../shell/link-button";
import { Notice } from "../shell/notice";
import { Page } from "../shell/page";
import { troubleText } from "../shell/trouble";
import { AnswerView } from "./answer";
import { faultsOf, noFaults } from "./faults";
import { Panel } from "./panel";
import { addDays, dateIn, type Now } from "./range";
import { isDrawn, metricsOf, questionOf, type Report } from "./report";
import { Toolbar } from "./toolbar";
import { type Trend, useTrend } from "./trend";
import { titleOf } from "./words";

// Insights builds a trend: the question on the left, its answer on the right. The address bar holds the report.
export function Insights() {
  const { t } = useVoice();
  const { project } = useParams({ from: "/framed/projects/$project/insights" });
  const asked = useQuery(projectAsked(Number(project)));
  if (asked.data) return <Builder key={project} project={asked.data} />;
  return (
    <Page title={t("shell.insights")}>
      <div className="page-pad">
        {asked.error && <Notice kind="bad">{troubleText(asked.error, t)}</Notice>}
      </div>
    </Page>
  );
}

function Builder({ project }: { project: Project }) {
  const voice = useVoice();
  const { t } = voice;
  const report = useSearch({ from: "/framed/projects/$project/insights" });
  const go = useNavigate({ from: "/projects/$project/insights" });
  const now = useNow(project);
  const question = useMemo(() => questionOf(report, project.zone, now), [report, project.zone, now]);
  const trend = useTrend(project.id, question, report);
  const change = (next: Report) => void go({ search: next });
  const faults =
    trend.error instanceof Problem && trend.error.status === 422 ? faultsOf(trend.error.faults, t) : noFaults;
  const drawn = metricsOf(report).filter((m) => isDrawn(m, metricsOf(report)));
  const title = drawn.map((m) => titleOf(m, metricsOf(report), voice)).join(", ") || t("shell.insights");
  return (
    <Page title={title} actions={<CopyLink />}>
      <div className="builder">
        <Panel
          project={project.id}
          report={report}
          faults={faults}
          botsLeftOut={trend.stale ? undefined : trend.shown?.answer.explain.bots_left_out}
          onChange={change}
        />
        <section className="result" aria-label={t("answer.label")}>
          <Toolbar report={report} zone={project.zone} now={now} onChange={change} />
          <Progress trend={trend} />
          <Trouble trend={trend} rest={faults.rest} />
          <Body trend={trend} asked={question !== undefined} project={project} />
        </section>
      </div>
    </Page>
  );
}

// useNow is the local date that presets depend on; it turns at midnight while the page is open.
function useNow(project: Project): Now {
  const read = () => dateIn(project.zone, new Date());
  const [today, setToday] = useState(read);
  useEffect(() => {
    const clock = setInterval(() => setToday(read()), 30_000);
    return () => clearInterval(clock);
  });
  return useMemo(() => {
    const first = project.first_event
      ? dateIn(project.zone, new Date(project.first_event))
      : addDays(today, -29);
    return { today, first };
  }, [today, project]);
}

function Body({ trend, asked, project }: { trend: Trend; asked: boolean; project: Project }) {
  const { t } = useVoice();
  if (!project.first_event && trend.shown?.answer.explain.rows_matched === 0)
    return <NoEvents id={project.id} />;
  if (trend.shown) return <AnswerView shown={trend.shown} trend={trend} />;
  if (!asked) {
    return (
      <div className="card empty">
        <strong>{t("answer.choose")}</strong>
        <p>{t("answer.chooseHint")}</p>
      </div>
    );
  }
  return trend.loading ? <div className="card picture skeleton" aria-busy="true" /> : null;
}

function NoEvents({ id }: { id: number }) {
  const { t } = useVoice();
  return (
    <div className="card empty">
      <strong>{t("answer.noEvents")}</strong>
      <p>{t("answer.noEventsHint")}</p>
      <LinkButton to="/projects/$project/data" params={{ project: String(id) }}>
        {t("answer.connect")}
      </LinkButton>
    </div>
  );
}

const patienceMillis = 400;

// Progress shows that an answer takes its time, and offers to give it up. The space is kept, so nothing jumps.
function Progress({ trend }: { trend: Trend }) {
  const { t } = useVoice();
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!trend.loading) return setLong(false);
    const clock = setTimeout(() => setLong(true), patienceMillis);
    return () => clearTimeout(clock);
  }, [trend.loading]);
  return (
    <div className="progress" data-on={trend.loading || undefined} role="status">
      {long && (
        <div className="progress-words">
          <span className="muted">{t("answer.loading")}</span>
          <Button variant="default" size="compact-sm" onClick={trend.cancel}>
            {t("answer.cancel")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Trouble({ trend, rest }: { trend: Trend; rest: string[] }) {
  const { t } = useVoice();
  const { error } = trend;
  if (trend.loading) return null;
  if (!error) {
    if (!trend.stale && (trend.shown || trend.loading)) return null;
    return trend.stale ? <Cancelled trend={trend} /> : null;
  }
  const invalid = error instanceof Problem && error.status === 422;
  if (invalid && rest.length === 0) return <Notice kind="warning">{t("answer.faults")}</Notice>;
  return (
    <Notice kind="bad">
      {invalid ? rest.join(" ") : troubleText(error, t)}
      {!invalid && (
        <Button variant="default" size="compact-sm" ml="sm" onClick={trend.again}>
          {t("answer.again")}
        </Button>
      )}
    </Notice>
  );
}

function Cancelled({ trend }: { trend: Trend }) {
  const { t } = useVoice();
  return (
    <Notice kind="info">
      {t("answer.cancelled")}
      <Button variant="default" size="compact-sm" ml="sm" onClick={trend.again}>
        {t("answer.again")}
      </Button>
    </Notice>
  );
}

function CopyLink() {
  const { t } = useVoice();
  return (
    <CopyButton value={window.location.href}>
      {({ copied, copy }) => (
        <Button variant="default" leftSection={<IconLink size={16} />} onClick={copy}>
          {copied ? t("copy.done") : t("answer.copyLink")}
        </Button>
      )}
    </CopyButton>
  );
}
