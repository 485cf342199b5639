import "./project.css";
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { createProject } from "../api/ask";
import { projects } from "../api/keep";
import type { NewProject as Made } from "../api/types";
import { useVoice } from "../language/language";
import { faultAt, isAtField } from "../session/field";
import { LinkButton } from "../shell/link-button";
import { Notice } from "../shell/notice";
import { Page } from "../shell/page";
import { Secret } from "../shell/secret";
import { Section } from "../shell/section";
import { troubleText } from "../shell/trouble";
import { ZoneField } from "./zone-field";
import { zoneHere } from "./zones";

// NewProject makes a project and shows its secrets, this one time.
export function NewProject() {
  const { t } = useVoice();
  const keeper = useQueryClient();
  const made = useMutation({
    mutationFn: ({ name, zone }: { name: string; zone: string }) => createProject(name, zone),
    onSuccess: () => keeper.invalidateQueries(projects),
  });
  return (
    <Page title={t("project.newTitle")}>
      <div className="page-body">
        <div className="page-pad sections narrow">
          {made.data ? (
            <Secrets made={made.data} />
          ) : (
            <NewProjectForm error={made.error} pending={made.isPending} onSubmit={made.mutate} />
          )}
        </div>
      </div>
    </Page>
  );
}

type FormProps = {
  error: unknown;
  pending: boolean;
  onSubmit: (project: { name: string; zone: string }) => void;
};

function NewProjectForm({ error, pending, onSubmit }: FormProps) {
  const { t } = useVoice();
  const [name, setName] = useState("");
  const [zone, setZone] = useState(zoneHere);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name, zone });
  };
  return (
    <form className="stack wide-gap" onSubmit={submit}>
      <p className="muted">{t("project.newIntro")}</p>
      <TextInput
        required
        withAsterisk={false}
        autoFocus
        maxLength={200}
        label={t("project.name")}
        value={name}
        error={faultAt(error, "name", t)}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <ZoneField value={zone} error={faultAt(error, "zone", t)} onChange={setZone} />
      {error !== null && !isAtField(error, ["name", "zone"]) && (
        <Notice kind="bad">{troubleText(error, t)}</Notice>
      )}
      <div>
        <Button type="submit" loading={pending}>
          {t("project.create")}
        </Button>
      </div>
    </form>
  );
}

function Secrets({ made }: { made: Made }) {
  const { t } = useVoice();
  return (
    <Section title={t("project.created", { name: made.name })}>
      <Notice kind="warning">{t("project.secrets")}</Notice>
      <dl className="secrets">
        <Secret name={t("data.token")} value={made.token} hint={t("data.tokenHint")} />
        <Secret name={t("project.apiSecret")} value={made.api_secret} hint={t("project.apiSecretHint")} />
        <Secret name={t("project.accountName")} value={made.service_account.username} />
        <Secret name={t("project.accountSecret")} value={made.service_account.secret} />
      </dl>
      <div>
        <LinkButton to="/projects/$project/data" params={{ project: String(made.id) }}>
          {t("project.toData")}
        </LinkButton>
      </div>
    </Section>
  );
}
