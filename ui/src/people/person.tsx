import "../builder/builder.css";
import "../live/live.css";
import "./people.css";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { askPerson } from "../api/ask";
import { Problem } from "../api/problem";
import type { Profile, Project } from "../api/types";
import { OfProject } from "../builder/builder";
import { useVoice } from "../language/language";
import { Property } from "../live/event-row";
import { ordered, written } from "../live/properties";
import { Notice } from "../shell/notice";
import { Page } from "../shell/page";
import { troubleText } from "../shell/trouble";
import { Timeline } from "./past";

// Person is the page of one person: what is known of them without personal values, and what they did.
export function Person() {
  const { t } = useVoice();
  return <OfProject title={t("person.page")}>{(project) => <OfNumber project={project} />}</OfProject>;
}

function OfNumber({ project }: { project: Project }) {
  const { t } = useVoice();
  const { number } = useParams({ from: "/framed/projects/$project/people/$number" });
  const known = useQuery({
    queryKey: ["person", project.id, number],
    queryFn: ({ signal }) => askPerson(project.id, Number(number), signal),
    staleTime: 30_000,
  });
  const missing = known.error instanceof Problem && [404, 422].includes(known.error.status);
  return (
    <Page title={t("behind.person", { number })}>
      <div className="page-pad sections person">
        {known.error && (
          <Notice kind="bad">{missing ? t("person.missing") : troubleText(known.error, t)}</Notice>
        )}
        {known.data && <Known profile={known.data} />}
        {!missing && (
          <Timeline key={number} project={project} person={known.data?.number ?? Number(number)} />
        )}
      </div>
    </Page>
  );
}

function Known({ profile }: { profile: Profile }) {
  const { t } = useVoice();
  const properties = ordered(profile.properties ?? {});
  return (
    <section className="card section" aria-label={t("person.profile")}>
      <h2>{t("person.profile")}</h2>
      {properties.length === 0 && <p className="muted">{t("person.noProfile")}</p>}
      <dl className="properties">
        {properties.map(([name, value]) => (
          <Property key={name} mono name={name} value={written(value)} />
        ))}
      </dl>
    </section>
  );
}
