import { ChoiceLines } from "../builder/choice-lines";
import type { Faults } from "../builder/faults";
import { BreakdownGroup, FiltersGroup, Group, Setting } from "../builder/group";
import { choiceEvent } from "../builder/selector";
import { useVoice } from "../language/language";
import { activeOf, type LifeReport } from "./report";

type LifePanelProps = {
  project: number;
  report: LifeReport;
  faults: Faults;
  botsLeftOut: number | undefined;
  // sticky reports count exactly or at least so many intervals.
  sticky: boolean;
  onChange: (report: LifeReport) => void;
};

// LifePanel edits the question: which events make somebody active.
export function LifePanel(props: LifePanelProps) {
  const { project, report, faults, sticky, onChange } = props;
  const { t } = useVoice();
  const event = choiceEvent(activeOf(report));
  return (
    <>
      <Group title={t("life.active")}>
        <section className="card metric" aria-label={t("life.active")}>
          <ChoiceLines
            project={project}
            choice={activeOf(report)}
            faults={faults}
            at=""
            onChange={(active) => onChange({ ...report, active })}
          />
        </section>
      </Group>
      {sticky && (
        <Group title={t("retention.counted")}>
          <div className="card panel-card">
            <Setting name={t("sticky.number")}>
              <button
                type="button"
                role="switch"
                className="piece piece-strong"
                aria-checked={report.least === true}
                onClick={() => onChange({ ...report, least: report.least ? undefined : true })}
              >
                <span className="unseen">{t("sticky.leastSwitch")} </span>
                {report.least ? t("sticky.least") : t("sticky.exactly")}
              </button>
            </Setting>
          </div>
        </Group>
      )}
      <FiltersGroup {...props} event={event} />
      <BreakdownGroup {...props} event={event} />
    </>
  );
}
