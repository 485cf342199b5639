import "./builder.css";
import { Button, CopyButton } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { project as projectAsked } from "../api/keep";
import { Problem } from "../api/problem";
import type { Project, ReportAnswer, ReportQuestion } from "../api/types";
import { useVoice } from "../language/language";
import { Behind } from "../people/behind";
import { BehindContext } from "../people/count";
import { LinkButton } from "../shell/link-button";
import { Notice } from "../shell/notice";
import { Page } from "../shell/page";
import { troubleText } from "../shell/trouble";
import { type Asking, type Shown, useAnswer } from "./asking";
import type { Base, Cell } from "./base";

import { type Faults, faultsOf, noFaults } from "./faults";
import { addDays, dateIn, type Now } from "./range";

// OfProject waits for the project of the address and draws the page of it.
export function OfProject({ title, children }: { title: string; children: (project: Project) => ReactNode }) {
  const { t } = useVoice();
  const { project } = useParams({ strict: false }) as { project: string };
  const asked = useQuery(projectAsked(Number(project)));
  if (asked.data) return children(asked.data);
  return (
    <Page title={title}>
      <div className="page-pad">
        {asked.error && <Notice kind="bad">{troubleText(asked.error, t)}</Notice>}
      </div>
    </Page>
  );
}

export type BuilderProps<R extends Base, A extends ReportAnswer> = {
  project: Project;
  title: string;
  report: R;
  // question is the report as it can be asked; nothing while a part is still being chosen.
  question: ReportQuestion | undefined;
  // missing says what to choose then.
  missing: string;
  toolbar: ReactNode;
  panel: (faults: Faults, botsLeftOut: number | undefined) => ReactNode;
  children: (shown: Shown<R, A>, asking: Asking<R, A>) => ReactNode;
  onChange: (report: R) => void;
};

// Builder is the page of a report: the question on the left, its answer on the right. The address bar holds the report.
export function Builder<R extends Base, A extends ReportAnswer>(props: BuilderProps<R, A>) {
  const { project, title, report, question, onChange } = props;
  const { t } = useVoice();
  const asking = useAnswer<R, A>(project.id, question, report);
  const { error } = asking;
  const faults = error instanceof Problem && error.status === 422 ? faultsOf(error.faults, t) : noFaults;
  const open = (behind: Cell | undefined) => onChange({ ...report, behind });
  return (
    <Page title={title} actions={<CopyLink />}>
      <BehindContext value={open}>
        <div className="builder">
          <aside className="panel" aria-label={t("panel.label")}>
            {props.panel(faults, asking.stale ? undefined : asking.shown?.answer.explain.bots_left_out)}
          </aside>
          <section className="result" aria-label={t("answer.label")}>
            {props.toolbar}
            <Progress asking={asking} />
            <Trouble asking={asking} rest={faults.rest} />
            <Body {...props} asking={asking} />
          </section>
        </div>
        {report.behind && question && (
          <Behind
            project={project.id}
            question={question}
            cell={report.behind}
            zone={project.zone}
            onClose={() => open(undefined)}
          />
        )}
      </BehindContext>
    </Page>
  );
}

// useNow is the local date that presets depend on; it turns at midnight while the page is open.
export function useNow(project: Project): Now {
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

type BodyProps<R extends Base, A extends ReportAnswer> = BuilderProps<R, A> & { asking: Asking<R, A> };

function Body<R extends Base, A extends ReportAnswer>(props: BodyProps<R, A>) {
  const { asking, question, project, missing, children } = props;
  const { t } = useVoice();
  if (!project.first_event && (!question || asking.shown?.answer.explain.rows_matched === 0))
    return <NoEvents id={project.id} />;
  if (asking.shown) return children(asking.shown, asking);
  if (!question) {
    return (
      <div className="card empty">
        <strong>{t("answer.choose")}</strong>
        <p>{missing}</p>
      </div>
    );
  }
  return asking.loading ? <div className="card picture skeleton" aria-busy="true" /> : null;
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
function Progress({ asking }: { asking: Asking<unknown, unknown> }) {
  const { t } = useVoice();
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!asking.loading) return setLong(false);
    const clock = setTimeout(() => setLong(true), patienceMillis);
    return () => clearTimeout(clock);
  }, [asking.loading]);
  return (
    <div className="progress" data-on={asking.loading || undefined} role="status">
      {long && (
        <div className="progress-words">
          <span className="muted">{t("answer.loading")}</span>
          <Button variant="default" size="compact-sm" onClick={asking.cancel}>
            {t("answer.cancel")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Trouble({ asking, rest }: { asking: Asking<unknown, unknown>; rest: string[] }) {
  const { t } = useVoice();
  const { error } = asking;
  if (asking.loading) return null;
  if (!error) {
    if (!asking.stale && (asking.shown || asking.loading)) return null;
    return asking.stale ? <Cancelled asking={asking} /> : null;
  }
  const invalid = error instanceof Problem && error.status === 422;
  if (invalid && rest.length === 0) return <Notice kind="warning">{t("answer.faults")}</Notice>;
  return (
    <Notice kind="bad">
      {invalid ? rest.join(" ") : troubleText(error, t)}
      {!invalid && (
        <Button variant="default" size="compact-sm" ml="sm" onClick={asking.again}>
          {t("answer.again")}
        </Button>
      )}
    </Notice>
  );
}

function Cancelled({ asking }: { asking: Asking<unknown, unknown> }) {
  const { t } = useVoice();
  return (
    <Notice kind="info">
      {t("answer.cancelled")}
      <Button variant="default" size="compact-sm" ml="sm" onClick={asking.again}>
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
