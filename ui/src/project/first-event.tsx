import { IconCircleCheck } from "@tabler/icons-react";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { LinkButton } from "../shell/link-button";

// FirstEvent waits for the first event and turns green when it is there.
export function FirstEvent({ project }: { project: Project }) {
  const { t, format } = useVoice();
  const first = project.first_event;
  const params = { project: String(project.id) };
  return (
    <section className="card first-event" data-arrived={first !== null || undefined}>
      {first ? (
        <IconCircleCheck size={22} aria-hidden="true" />
      ) : (
        <span className="pulse" aria-hidden="true" />
      )}
      <div className="spread" role="status">
        <strong>{first ? t("data.arrived") : t("data.waiting")}</strong>
        <p>
          {first
            ? t("data.arrivedHint", { moment: format.moment(new Date(first), project.zone) })
            : t("data.waitingHint")}
        </p>
      </div>
      {first && (
        <div className="row">
          <LinkButton variant="default" to="/projects/$project/live" params={params}>
            {t("data.seeLive")}
          </LinkButton>
          <LinkButton to="/projects/$project/insights" params={params}>
            {t("data.toInsights")}
          </LinkButton>
        </div>
      )}
    </section>
  );
}
