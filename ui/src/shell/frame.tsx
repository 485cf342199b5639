import { Menu } from "@mantine/core";
import {
  IconActivity,
  IconChartLine,
  IconCheck,
  IconFilter,
  IconGridDots,
  IconPlugConnected,
  IconPlus,
  IconRefresh,
  IconRepeat,
  IconRoute,
  IconSelector,
  IconSettings,
  IconStopwatch,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { me, projects as projectsAsked } from "../api/keep";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { Mark } from "./mark";
import { lastProject } from "./place";
import { Search } from "./search";

// Frame is what stays while views change: the sidebar on the left.
export function Frame() {
  const { t } = useVoice();
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <Side />
      <main id="main" className="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Side() {
  const { t } = useVoice();
  const { project } = useParams({ strict: false }) as { project?: string };
  const asked = useQuery(projectsAsked);
  const demo = useQuery(me).data?.demo;
  const id = project ?? lastProject() ?? asked.data?.[0]?.id.toString();
  return (
    <nav className="side" aria-label={t("shell.navigation")}>
      <Link className="side-name" to="/">
        <Mark size={26} />
        <span>Jejak</span>
        {demo && <span className="chip">{t("shell.demo")}</span>}
      </Link>
      <Switcher projects={asked.data ?? []} current={Number(id)} />
      <Search projects={asked.data ?? []} current={id} />
      {id && <ProjectLinks id={id} />}
      <div className="side-rest" />
      <Link className="side-link" to="/preferences">
        <IconSettings size={18} stroke={1.6} aria-hidden="true" />
        {t("shell.settings")}
      </Link>
    </nav>
  );
}

const reports = [
  { name: "insights", Icon: IconChartLine },
  { name: "funnels", Icon: IconFilter },
  { name: "retention", Icon: IconGridDots },
  { name: "flows", Icon: IconRoute },
  { name: "lifecycle", Icon: IconRefresh },
  { name: "stickiness", Icon: IconRepeat },
  { name: "sessions", Icon: IconStopwatch },
] as const;

function ProjectLinks({ id }: { id: string }) {
  const { t } = useVoice();
  return (
    <>
      <Link className="side-link" to="/projects/$project/live" params={{ project: id }}>
        <IconActivity size={18} stroke={1.6} aria-hidden="true" />
        {t("shell.live")}
      </Link>
      <div className="side-group">{t("shell.reports")}</div>
      {reports.map(({ name, Icon }) => (
        <Link
          key={name}
          className="side-link"
          to={`/projects/$project/${name}`}
          params={{ project: id }}
          activeOptions={{ includeSearch: false }}
        >
          <Icon size={18} stroke={1.6} aria-hidden="true" />
          {t(`shell.${name}`)}
        </Link>
      ))}
      <div className="side-group">{t("shell.data")}</div>
      <Link className="side-link" to="/projects/$project/data" params={{ project: id }}>
        <IconPlugConnected size={18} stroke={1.6} aria-hidden="true" />
        {t("shell.dataIn")}
      </Link>
    </>
  );
}

function Switcher({ projects, current }: { projects: Project[]; current: number }) {
  const { t } = useVoice();
  const go = useNavigate();
  const name = projects.find((p) => p.id === current)?.name ?? t("shell.noProject");
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <button type="button" className="side-switch" aria-label={t("shell.switch", { name })}>
          <span className="cut">{name}</span>
          <IconSelector size={15} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {projects.map((p) => (
          <Menu.Item
            key={p.id}
            rightSection={p.id === current ? <IconCheck size={15} aria-label={t("shell.current")} /> : null}
            onClick={() => go({ to: "/projects/$project/insights", params: { project: String(p.id) } })}
          >
            {p.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconPlus size={15} aria-hidden="true" />}
          onClick={() => go({ to: "/projects/new" })}
        >
          {t("shell.newProject")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
