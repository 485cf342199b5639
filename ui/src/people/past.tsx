import { Button, SegmentedControl } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../api/ask";
import type { PastEvent, Project, TimelineAnswer, TimelineQuestion } from "../api/types";
import { useNow } from "../builder/builder";
import { Dates } from "../builder/dates";
import { anyEvent, EventPicker } from "../builder/pickers";
import { type Now, rangeOf } from "../builder/range";
import { useVoice } from "../language/language";
import { Property } from "../live/event-row";
import { brief, ordered, written } from "../live/properties";
import { Notice } from "../shell/notice";
import { troubleText } from "../shell/trouble";
import type { TimelineView } from "./timeline";

// Timeline lists what a person did, a page at a time.
export function Timeline({ project, person }: { project: Project; person: number }) {
  const { t } = useVoice();
  const view = useSearch({ from: "/framed/projects/$project/people/$number" });
  const go = useNavigate({ from: "/projects/$project/people/$number" });
  const change = (next: TimelineView) => void go({ search: next });
  const now = useNow(project);
  const question = questionOf(view, person, project.zone, now);
  const asked = useInfiniteQuery({
    queryKey: ["timeline", project.id, JSON.stringify(question)],
    queryFn: ({ signal, pageParam }) =>
      ask<TimelineAnswer>(project.id, { ...question, ...(pageParam && { after: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
  const pages = asked.data?.pages ?? [];
  const count = pages[0]?.count ?? 0;
  return (
    <section className="card section" aria-label={t("person.timeline")}>
      <div className="toolbar" role="toolbar" aria-label={t("toolbar.label")}>
        <h2>{t("person.timeline")}</h2>
        <div className="spread" />
        <EventPicker
          project={project.id}
          label={t("metric.event")}
          className="piece piece-strong"
          onPick={(name) => change({ ...view, event: name === anyEvent ? undefined : name })}
        >
          {view.event ?? t("metric.any")}
        </EventPicker>
        <SegmentedControl
          size="sm"
          aria-label={t("person.order")}
          value={view.oldest ? "oldest" : "newest"}
          onChange={(order) => change({ ...view, oldest: order === "oldest" ? true : undefined })}
          data={[
            { value: "newest", label: t("person.newest") },
            { value: "oldest", label: t("person.oldest") },
          ]}
        />
        <Dates
          stretch={view.range ?? "all"}
          zone={project.zone}
          now={now}
          onChange={(range) => change({ ...view, range })}
        />
      </div>
      {asked.error && <Notice kind="bad">{troubleText(asked.error, t)}</Notice>}
      {pages.length > 0 && (
        <p className="muted" role="status">
          {t("person.events", { count })}
        </p>
      )}
      <Days project={project} events={pages.flatMap((page) => page.events)} />
      {asked.hasNextPage && (
        <Button
          variant="default"
          loading={asked.isFetchingNextPage}
          onClick={() => void asked.fetchNextPage()}
        >
          {t("behind.more")}
        </Button>
      )}
    </section>
  );
}

function questionOf(view: TimelineView, person: number, zone: string, now: Now): TimelineQuestion {
  return {
    kind: "timeline",
    person,
    range: rangeOf(view.range ?? "all", zone, now),
    limit: 100,
    ...(view.event && { events: { event: view.event } }),
    ...(view.oldest && { order: "oldest" }),
  };
}

function Days({ project, events }: { project: Project; events: PastEvent[] }) {
  const { format } = useVoice();
  const days = new Map<string, PastEvent[]>();
  for (const event of events) {
    const day = event.time.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days].map(([day, inDay]) => (
    <section key={day} className="past-day">
      <h3>{format.interval(new Date(inDay[0]?.time ?? day), project.zone, "day")}</h3>
      <ol className="past-list">
        {inDay.map((event, i) => (
          <Past key={`${event.time} ${i}`} project={project} event={event} />
        ))}
      </ol>
    </section>
  ));
}

function Past({ project, event }: { project: Project; event: PastEvent }) {
  const { t, format } = useVoice();
  const [open, setOpen] = useState(false);
  const properties = ordered(event.properties);
  return (
    <li className="event">
      <button type="button" className="event-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight className="event-turn" size={16} aria-hidden="true" />
        <time className="muted" dateTime={event.time}>
          {format.clock(new Date(event.time), project.zone)}
        </time>
        <span className="event-name">
          <span className="cut">{event.name}</span>
        </span>
        <span className="event-brief muted cut">{brief(event.properties)}</span>
      </button>
      {open && (
        <div className="event-details">
          {properties.length === 0 && <p className="muted">{t("live.noProperties")}</p>}
          <dl className="properties">
            {properties.map(([name, value]) => (
              <Property key={name} mono name={name} value={written(value)} />
            ))}
          </dl>
        </div>
      )}
    </li>
  );
}
