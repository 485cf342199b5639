import { Button } from "@mantine/core";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { curlSnippet } from "../project/snippets";
import { CodeBlock } from "../shell/code-block";
import { LinkButton } from "../shell/link-button";

// Waiting stands where no event has arrived since the page was opened, with a way to send one.
export function Waiting({ project }: { project: Project }) {
  const { t } = useVoice();
  const snippet = curlSnippet(location.origin, project.token);
  return (
    <div className="card empty">
      <span className="pulse" aria-hidden="true" />
      <strong>{t("live.empty")}</strong>
      <p>{project.first_event ? t("live.emptyHint") : t("live.emptyNew")}</p>
      <CodeBlock text={snippet} label={t("data.curl")} />
      <LinkButton to="/projects/$project/data" params={{ project: String(project.id) }} variant="default">
        {t("live.toData")}
      </LinkButton>
    </div>
  );
}

// NoMatch stands where the filter hides everything.
export function NoMatch({ hidden, onShowAll }: { hidden: number; onShowAll: () => void }) {
  const { t } = useVoice();
  return (
    <div className="card empty">
      <strong>{t("live.noMatch")}</strong>
      <p>{t("live.noMatchHint", { count: hidden })}</p>
      <Button variant="default" onClick={onShowAll}>
        {t("live.showAll")}
      </Button>
    </div>
  );
}
