import "./live.css";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { project as projectAsked } from "../api/keep";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { Page } from "../shell/page";
import { PlaceCredit } from "../shell/place-credit";
import { hasPlace } from "../shell/places";
import { troubleText } from "../shell/trouble";
import { NoMatch, Waiting } from "./empty";
import { EventRow } from "./event-row";
import { LiveBar } from "./live-bar";
import { passes, rowLimit, type Sieve } from "./stream";
import { type Live as Following, useLive } from "./use-live";

// Live shows events as they become durable.
export function Live() {
  const { t } = useVoice();
  const { project } = useParams({ from: "/framed/projects/$project/live" });
  const asked = useQuery(projectAsked(Number(project)));
  if (asked.data) return <Followed key={project} project={asked.data} />;
  return (
    <Page title={t("live.title")}>
      <div className="page-pad">
        {asked.error && <Notice kind="bad">{troubleText(asked.error, t)}</Notice>}
      </div>
    </Page>
  );
}

function Followed({ project }: { project: Project }) {
  const { t } = useVoice();
  const sieve = useSearch({ from: "/framed/projects/$project/live" });
  const go = useNavigate({ from: "/projects/$project/live" });
  const live = useLive(project.id);
  const change = (next: Sieve) => void go({ search: next, replace: true });
  return (
    <Page title={t("live.title")} badge={<Connection live={live} />}>
      <div className="page-body">
        <div className="page-pad live">
          <LiveBar live={live} sieve={sieve} onChange={change} />
          {live.stream.dropped > 0 && (
            <Notice kind="warning">{t("live.dropped", { count: live.stream.dropped })}</Notice>
          )}
          <Rows live={live} project={project} sieve={sieve} onShowAll={() => change({})} />
        </div>
      </div>
    </Page>
  );
}

const connectionWords = { connecting: "live.connecting", on: "live.on", lost: "live.lost" } as const;

function Connection({ live }: { live: Following }) {
  const { t } = useVoice();
  return (
    <span className="chip connection" data-state={live.connection} role="status">
      {t(connectionWords[live.connection])}
    </span>
  );
}

type RowsProps = { live: Following; project: Project; sieve: Sieve; onShowAll: () => void };

function Rows({ live, project, sieve, onShowAll }: RowsProps) {
  const { t } = useVoice();
  const [open, setOpen] = useState(new Set<number>());
  const { rows } = live.stream;
  const shown = rows.filter((row) => passes(row.event, sieve));
  if (rows.length === 0) return <Waiting project={project} />;
  if (shown.length === 0) return <NoMatch hidden={rows.length} onShowAll={onShowAll} />;
  const toggle = (key: number) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    <>
      <ul className="card events" aria-label={t("live.list")}>
        {shown.map(({ key, event }) => (
          <EventRow
            key={key}
            project={project}
            event={event}
            open={open.has(key)}
            onToggle={() => toggle(key)}
          />
        ))}
      </ul>
      <div className="row live-foot">
        {rows.length === rowLimit && <span className="muted">{t("live.bounded", { count: rowLimit })}</span>}
        {shown.some((row) => hasPlace(Object.keys(row.event.properties))) && <PlaceCredit />}
      </div>
    </>
  );
}
