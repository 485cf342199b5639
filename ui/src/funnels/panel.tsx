import { ActionIcon } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { ChoiceLines } from "../builder/choice-lines";
import type { Faults } from "../builder/faults";
import { BreakdownGroup, FaultLine, FiltersGroup, Group, Setting } from "../builder/group";
import { Picker } from "../builder/picker";
import { PropertyPicker } from "../builder/pickers";
import { choiceLabel } from "../builder/selector";
import { WindowField } from "../builder/window-field";
import { useVoice } from "../language/language";
import {
  countings,
  defaultWindow,
  type Exclusion,
  type FunnelReport,
  maxExclusions,
  maxHold,
  orders,
  stepsOf,
} from "./report";
import { Steps } from "./steps";

type FunnelPanelProps = {
  project: number;
  report: FunnelReport;
  faults: Faults;
  botsLeftOut: number | undefined;
  onChange: (report: FunnelReport) => void;
};

// FunnelPanel edits the question: steps, how they follow each other, filters, breakdown.
export function FunnelPanel(props: FunnelPanelProps) {
  return (
    <>
      <Steps {...props} />
      <Conversion {...props} />
      <Exclusions {...props} />
      <FiltersGroup {...props} event="" />
      <BreakdownGroup {...props} event="" />
    </>
  );
}

function Conversion({ project, report, faults, onChange }: FunnelPanelProps) {
  const { t } = useVoice();
  const order = report.order ?? "loose";
  const counting = report.counting ?? "unique";
  const hold = report.hold ?? [];
  const setHold = (next: string[]) =>
    onChange({ ...report, hold: next.length > 0 ? [...new Set(next)] : undefined });
  return (
    <Group title={t("funnel.conversion")}>
      <div className="card panel-card">
        <Setting name={t("funnel.order")}>
          <Picker
            label={t("funnel.order")}
            className="piece piece-strong"
            groups={[{ options: orders.map((o) => ({ value: o, label: t(`funnel.order.${o}`) })) }]}
            onPick={(o) =>
              onChange({ ...report, order: o === "loose" ? undefined : orders.find((x) => x === o) })
            }
          >
            {t(`funnel.order.${order}`)}
          </Picker>
        </Setting>
        <Setting name={t("funnel.counting")}>
          <Picker
            label={t("funnel.counting")}
            className="piece piece-strong"
            groups={[{ options: countings.map((c) => ({ value: c, label: t(`counting.${c}`) })) }]}
            onPick={(c) =>
              onChange({ ...report, counting: c === "unique" ? undefined : countings.find((x) => x === c) })
            }
          >
            {t(`counting.${counting}`)}
          </Picker>
        </Setting>
        {counting !== "session" && (
          <Setting name={t("funnel.window")}>
            <WindowField
              seconds={report.window ?? defaultWindow}
              onChange={(window) => onChange({ ...report, window })}
            />
          </Setting>
        )}
        <FaultLine text={faults.under("window")} />
        <Setting name={t("funnel.hold")}>
          {hold.map((property, place) => (
            <span className="chip chip-out cut" key={property}>
              {property}
              <button
                type="button"
                aria-label={t("funnel.removeHold", { property })}
                onClick={() => setHold(hold.toSpliced(place, 1))}
              >
                <IconX size={12} aria-hidden="true" />
              </button>
            </span>
          ))}
          {hold.length < maxHold && (
            <PropertyPicker
              project={project}
              event=""
              label={t("funnel.addHold")}
              className="add"
              onPick={(property) => setHold([...hold, property])}
            >
              <IconPlus size={15} aria-hidden="true" />
            </PropertyPicker>
          )}
        </Setting>
        <FaultLine text={faults.under("hold")} />
        {order !== "any" && (
          <Setting name={t("funnel.attempt")}>
            <button
              type="button"
              role="switch"
              className="piece piece-strong"
              aria-checked={report.optimized === true}
              onClick={() => onChange({ ...report, optimized: report.optimized ? undefined : true })}
            >
              <span className="unseen">{t("funnel.optimized")} </span>
              {report.optimized ? t("funnel.attempt.best") : t("funnel.attempt.first")}
            </button>
          </Setting>
        )}
      </div>
    </Group>
  );
}

function Exclusions({ project, report, faults, onChange }: FunnelPanelProps) {
  const { t } = useVoice();
  const voice = useVoice();
  if (report.order === "strict") return null;
  const exclude = report.exclude ?? [];
  const set = (next: Exclusion[]) => onChange({ ...report, exclude: next.length > 0 ? next : undefined });
  const add = exclude.length < maxExclusions && (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={t("funnel.addExclusion")}
      onClick={() => set([...exclude, {}])}
    >
      <IconPlus size={16} />
    </ActionIcon>
  );
  const steps = stepsOf(report).map((step, i) => ({
    value: String(i + 1),
    label: `${i + 1} · ${choiceLabel(step, voice)}`,
  }));
  return (
    <Group title={t("funnel.exclusions")} add={add}>
      {exclude.map((exclusion, place) => (
        <section className="card metric" key={place} aria-label={t("funnel.exclusion")}>
          <ChoiceLines
            project={project}
            choice={exclusion}
            faults={faults}
            at={`exclude[${place}]`}
            after={
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t("funnel.removeExclusion")}
                onClick={() => set(exclude.toSpliced(place, 1))}
              >
                <IconX size={14} />
              </ActionIcon>
            }
            onChange={(next) =>
              set(exclude.with(place, { ...next, after: exclusion.after, before: exclusion.before }))
            }
          />
          <div className="metric-measure">
            <span className="muted">{t("funnel.between")}</span>
            <Picker
              label={t("funnel.exclusionAfter")}
              className="piece"
              groups={[{ options: steps.slice(0, -1) }]}
              onPick={(step) => set(exclude.with(place, { ...exclusion, after: Number(step) }))}
            >
              {exclusion.after ?? 1}
            </Picker>
            <span className="muted">{t("filter.and")}</span>
            <Picker
              label={t("funnel.exclusionBefore")}
              className="piece"
              groups={[{ options: steps.slice(1) }]}
              onPick={(step) => set(exclude.with(place, { ...exclusion, before: Number(step) }))}
            >
              {exclusion.before ?? steps.length}
            </Picker>
          </div>
        </section>
      ))}
    </Group>
  );
}
