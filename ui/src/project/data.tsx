import "./project.css";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { me, project as projectAsked } from "../api/keep";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { Page } from "../shell/page";
import { PlaceCredit } from "../shell/place-credit";
import { Section } from "../shell/section";
import { troubleText } from "../shell/trouble";
import { Accounts } from "./accounts";
import { CountersView } from "./counters";
import { FirstEvent } from "./first-event";
import { Send } from "./send";
import { ProjectSettings } from "./settings";

const watchMillis = 1_000;

// DataIn connects a product: how to send events, and what became of those that were sent.
export function DataIn() {
  const { t } = useVoice();
  const { project } = useParams({ from: "/framed/projects/$project/data" });
  const asked = useQuery({
    ...projectAsked(Number(project)),
    refetchInterval: ({ state }) => (state.data?.first_event ? false : watchMillis),
  });
  return (
    <Page title={t("data.title")}>
      <div className="page-body">
        <div className="page-pad sections">
          {asked.data && <Parts key={project} project={asked.data} />}
          {asked.error && !asked.data && <Notice kind="bad">{troubleText(asked.error, t)}</Notice>}
        </div>
      </div>
    </Page>
  );
}

function Parts({ project }: { project: Project }) {
  return (
    <>
      <FirstEvent project={project} />
      <Send project={project} />
      <CountersView project={project} />
      <Accounts project={project} />
      <ProjectSettings project={project} />
      <Places />
    </>
  );
}

function Places() {
  const { t } = useVoice();
  const places = useQuery(me).data?.place_data;
  if (!places) return null;
  return (
    <Section title={t("preferences.places")}>
      {places.installed ? <PlaceCredit /> : <p className="muted">{t("preferences.noPlaces")}</p>}
    </Section>
  );
}
