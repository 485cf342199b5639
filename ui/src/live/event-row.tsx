import { IconChartLine, IconChevronRight, IconRobot } from "@tabler/icons-react";
import type { LiveEvent, Project } from "../api/types";
import { useVoice } from "../language/language";
import { LinkButton } from "../shell/link-button";
import { brief, ordered, written } from "./properties";

type EventRowProps = { project: Project; event: LiveEvent; open: boolean; onToggle: () => void };

// EventRow is one event in a line, with all its properties when it is open.
export function EventRow({ project, event, open, onToggle }: EventRowProps) {
  const { t, format } = useVoice();
  return (
    <li className="event">
      <button
        type="button"
        className="event-line"
        aria-expanded={open}
        title={event.name.length > 60 ? event.name.slice(0, 300) : undefined}
        onClick={onToggle}
      >
        <IconChevronRight className="event-turn" size={16} aria-hidden="true" />
        <time className="muted" dateTime={event.received}>
          {format.clock(new Date(event.received), project.zone)}
        </time>
        <span className="event-name">
          <span className="cut">{event.name}</span>
          {event.class === "bot" && (
            <span className="chip">
              <IconRobot size={14} aria-hidden="true" />
              {t("live.bot")}
            </span>
          )}
        </span>
        <span className="event-brief muted cut">{brief(event.properties)}</span>
        <span className="event-person muted cut">
          {event.person === "" ? t("live.nobody") : event.person}
        </span>
      </button>
      {open && <Details project={project} event={event} />}
    </li>
  );
}

function Details({ project, event }: { project: Project; event: LiveEvent }) {
  const { t, format } = useVoice();
  const properties = ordered(event.properties);
  return (
    <div className="event-details">
      <p className="event-full">{event.name}</p>
      <dl className="properties">
        <Property name={t("live.happened")} value={format.moment(new Date(event.time), project.zone)} />
        <Property name={t("live.received")} value={format.moment(new Date(event.received), project.zone)} />
        <Property name={t("live.person")} value={event.person === "" ? t("live.nobody") : event.person} />
      </dl>
      {properties.length === 0 && <p className="muted">{t("live.noProperties")}</p>}
      <dl className="properties">
        {properties.map(([name, value]) => (
          <Property key={name} mono name={name} value={written(value)} />
        ))}
      </dl>
      <LinkButton
        to="/projects/$project/insights"
        params={{ project: String(project.id) }}
        search={{ metrics: [{ name: "A", event: event.name, measure: "total" }] }}
        size="compact-sm"
        variant="default"
        leftSection={<IconChartLine size={15} />}
      >
        {t("live.ask")}
      </LinkButton>
    </div>
  );
}

export function Property({ name, value, mono }: { name: string; value: string; mono?: boolean }) {
  return (
    <div className="property">
      <dt className={mono ? "mono" : undefined}>{name}</dt>
      <dd className={mono ? "mono" : undefined}>{value}</dd>
    </div>
  );
}
