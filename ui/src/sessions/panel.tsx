import { ActionIcon } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { ChoiceLines } from "../builder/choice-lines";
import type { Faults } from "../builder/faults";
import { Bots, BreakdownGroup, CountBy, Group, Setting } from "../builder/group";
import { Picker } from "../builder/picker";
import { WindowField } from "../builder/window-field";
import { useVoice } from "../language/language";
import { ats, defaultTimeout, drawnOf, measures, type SessionsReport } from "./report";

type SessionsPanelProps = {
  project: number;
  report: SessionsReport;
  faults: Faults;
  botsLeftOut: number | undefined;
  onChange: (report: SessionsReport) => void;
};

// SessionsPanel edits the question: what is drawn, which sessions, how they are cut, breakdown.
export function SessionsPanel(props: SessionsPanelProps) {
  const { project, report, faults, onChange } = props;
  const { t } = useVoice();
  const at = report.at ?? "first";
  return (
    <>
      <Group title={t("sessions.measure")}>
        <div className="card panel-card">
          <Setting name={t("sessions.drawn")}>
            <Picker
              label={t("sessions.drawn")}
              className="piece piece-strong"
              groups={[{ options: measures.map((m) => ({ value: m.name, label: t(`sessions.${m.name}`) })) }]}
              onPick={(name) => onChange({ ...report, drawn: measures.find((m) => m.name === name)?.name })}
            >
              {t(`sessions.${drawnOf(report)}`)}
            </Picker>
          </Setting>
          <Setting name={t("sessions.timeout")}>
            <WindowField
              seconds={report.timeout ?? defaultTimeout}
              onChange={(timeout) =>
                onChange({ ...report, timeout: Math.min(Math.max(timeout, 60), 86_400) })
              }
            />
          </Setting>
        </div>
      </Group>
      <Group
        title={t("sessions.with")}
        add={
          !report.with && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("sessions.addWith")}
              onClick={() => onChange({ ...report, with: {} })}
            >
              <IconPlus size={16} />
            </ActionIcon>
          )
        }
      >
        {report.with && (
          <section className="card metric" aria-label={t("sessions.with")}>
            <ChoiceLines
              project={project}
              choice={report.with}
              faults={faults}
              at="with"
              after={
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("sessions.removeWith")}
                  onClick={() => onChange({ ...report, with: undefined })}
                >
                  <IconX size={14} />
                </ActionIcon>
              }
              onChange={(next) => onChange({ ...report, with: next })}
            />
          </section>
        )}
        <Bots {...props} event="" />
        <CountBy {...props} event="" />
      </Group>
      <BreakdownGroup {...props} event="" />
      {report.by && (
        <div className="card panel-card">
          <Setting name={t("sessions.at")}>
            <Picker
              label={t("sessions.at")}
              className="piece piece-strong"
              groups={[{ options: ats.map((a) => ({ value: a, label: t(`sessions.at.${a}`) })) }]}
              onPick={(a) =>
                onChange({ ...report, at: a === "first" ? undefined : ats.find((x) => x === a) })
              }
            >
              {t(`sessions.at.${at}`)}
            </Picker>
          </Setting>
        </div>
      )}
    </>
  );
}
