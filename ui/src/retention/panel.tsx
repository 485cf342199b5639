import { TextInput } from "@mantine/core";
import { ChoiceLines } from "../builder/choice-lines";
import { useTyped } from "../builder/condition";
import type { Faults } from "../builder/faults";
import { BreakdownGroup, FaultLine, FiltersGroup, Group, Setting } from "../builder/group";
import { Picker } from "../builder/picker";
import { choiceEvent } from "../builder/selector";
import { useVoice } from "../language/language";
import {
  alignments,
  birthOf,
  criteria,
  defaultBuckets,
  maxBuckets,
  type RetentionReport,
  returnOf,
} from "./report";

type RetentionPanelProps = {
  project: number;
  report: RetentionReport;
  faults: Faults;
  botsLeftOut: number | undefined;
  onChange: (report: RetentionReport) => void;
};

// RetentionPanel edits the question: who comes, who comes back, how that is counted.
export function RetentionPanel(props: RetentionPanelProps) {
  const { project, report, faults, onChange } = props;
  const { t } = useVoice();
  return (
    <>
      <Group title={t("retention.birth")}>
        <section className="card metric" aria-label={t("retention.birth")}>
          <ChoiceLines
            project={project}
            choice={birthOf(report)}
            faults={faults}
            at="birth"
            onChange={(birth) => onChange({ ...report, birth })}
          />
        </section>
      </Group>
      <Group title={t("retention.return")}>
        <section className="card metric" aria-label={t("retention.return")}>
          <ChoiceLines
            project={project}
            choice={returnOf(report)}
            faults={faults}
            at="return"
            onChange={(back) => onChange({ ...report, return: back })}
          />
        </section>
      </Group>
      <Counted {...props} />
      <FiltersGroup {...props} event="" />
      <BreakdownGroup {...props} event={choiceEvent(birthOf(report))} />
    </>
  );
}

function Counted({ report, faults, onChange }: RetentionPanelProps) {
  const { t } = useVoice();
  const criterion = report.criterion ?? "on";
  const alignment = report.alignment ?? "rolling";
  const lengths = (report.brackets ?? []).join(", ");
  const [buckets, setBuckets] = useTyped(report.buckets ?? defaultBuckets, (text) => {
    const count = Math.trunc(Number(text));
    if (count >= 1 && count <= maxBuckets) onChange({ ...report, buckets: count });
  });
  const [brackets, setBrackets] = useTyped(lengths, (text) => {
    const sizes = text
      .split(/[\s,;]+/)
      .map(Number)
      .filter((size) => Number.isInteger(size) && size >= 1);
    onChange({ ...report, brackets: sizes.length > 0 ? sizes : undefined });
  });
  return (
    <Group title={t("retention.counted")}>
      <div className="card panel-card">
        <Setting name={t("retention.criterion")}>
          <Picker
            label={t("retention.criterion")}
            className="piece piece-strong"
            groups={[{ options: criteria.map((c) => ({ value: c, label: t(`criterion.${c}`) })) }]}
            onPick={(c) =>
              onChange({ ...report, criterion: c === "on" ? undefined : criteria.find((x) => x === c) })
            }
          >
            {t(`criterion.${criterion}`)}
          </Picker>
        </Setting>
        <Setting name={t("retention.alignment")}>
          <Picker
            label={t("retention.alignment")}
            className="piece piece-strong"
            groups={[{ options: alignments.map((a) => ({ value: a, label: t(`alignment.${a}`) })) }]}
            onPick={(a) =>
              onChange({
                ...report,
                alignment: a === "rolling" ? undefined : alignments.find((x) => x === a),
              })
            }
          >
            {t(`alignment.${alignment}`)}
          </Picker>
        </Setting>
        <Setting name={t("retention.buckets")}>
          <TextInput
            size="xs"
            className="field-window"
            inputMode="numeric"
            aria-label={t("retention.buckets")}
            disabled={report.brackets !== undefined}
            value={buckets}
            onChange={(e) => setBuckets(e.currentTarget.value)}
          />
        </Setting>
        <Setting name={t("retention.brackets")}>
          <TextInput
            size="xs"
            className="field-brackets"
            aria-label={t("retention.brackets")}
            placeholder="1, 3, 7"
            value={brackets}
            onChange={(e) => setBrackets(e.currentTarget.value)}
          />
        </Setting>
        <FaultLine text={faults.under("brackets")} />
      </div>
    </Group>
  );
}
