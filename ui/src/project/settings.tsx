import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeProject } from "../api/ask";
import { project as projectAsked, projects } from "../api/keep";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { faultAt, isAtField } from "../session/field";
import { Notice } from "../shell/notice";
import { Section } from "../shell/section";
import { troubleText } from "../shell/trouble";
import { ZoneField } from "./zone-field";

// ProjectSettings changes the project's name and zone.
export function ProjectSettings({ project }: { project: Project }) {
  const { t } = useVoice();
  const [name, setName] = useState(project.name);
  const [zone, setZone] = useState(project.zone);
  const keeper = useQueryClient();
  const saved = useMutation({
    mutationFn: () => changeProject(project.id, name, zone),
    onSuccess: (changed) => {
      keeper.setQueryData(projectAsked(project.id).queryKey, changed);
      return keeper.invalidateQueries(projects);
    },
  });
  const same = name === project.name && zone === project.zone;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saved.mutate();
  };
  return (
    <Section title={t("settings.title")}>
      <form className="stack wide-gap narrow" onSubmit={submit}>
        <TextInput
          required
          withAsterisk={false}
          maxLength={200}
          label={t("project.name")}
          value={name}
          error={faultAt(saved.error, "name", t)}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <ZoneField value={zone} error={faultAt(saved.error, "zone", t)} onChange={setZone} />
        {saved.error && !isAtField(saved.error, ["name", "zone"]) && (
          <Notice kind="bad">{troubleText(saved.error, t)}</Notice>
        )}
        <div className="row">
          <Button type="submit" variant="default" disabled={same} loading={saved.isPending}>
            {t("settings.save")}
          </Button>
          <span className="muted" role="status">
            {saved.isSuccess && same ? t("settings.saved") : ""}
          </span>
          <div className="spread" />
          <span className="muted">
            {t("settings.id")} <code className="mono">{project.id}</code>
          </span>
        </div>
      </form>
    </Section>
  );
}
