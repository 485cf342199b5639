import { ActionIcon, Menu, TextInput } from "@mantine/core";
import {
  IconChartArea,
  IconCopy,
  IconDots,
  IconEye,
  IconEyeOff,
  IconFilter,
  IconMathFunction,
  IconPercentage,
  IconTrash,
  IconWaveSine,
} from "@tabler/icons-react";
import { useTyped } from "../builder/condition";
import type { Faults } from "../builder/faults";
import { AddCondition, Conditions } from "../builder/filters";
import { Picker } from "../builder/picker";
import { anyEvent, EventPicker, PropertyPicker } from "../builder/pickers";
import { colourVariable } from "../chart/colours";
import { useVoice } from "../language/language";
import { measures, needsProperty, type ReportMetric } from "./report";

export type MetricCardProps = {
  project: number;
  metric: ReportMetric;
  colour: number;
  drawn: boolean;
  faults: Faults;
  // at is the metric's place in the question: "metrics[0]".
  at: string;
  onChange: (metric: ReportMetric) => void;
  onCopy: () => void;
  onRemove: () => void;
};

// MetricCard edits one metric: its event, what is measured of it, and its own filter.
export function MetricCard(props: MetricCardProps) {
  const { project, metric, faults, at, onChange } = props;
  const { t } = useVoice();
  const event = metric.any ? anyEvent : (metric.event ?? "");
  const chosen = metric.any || metric.event !== undefined;
  const fault = faults.at(at) ?? faults.under(`${at}.event`) ?? faults.under(`${at}.measure`);
  return (
    <section className="card metric" aria-label={t("metric.label", { name: metric.name })}>
      <div className="metric-head">
        <Badge {...props} />
        <EventPicker
          project={project}
          label={t("metric.event")}
          className="piece piece-strong cut"
          invalid={fault !== undefined}
          onPick={(name) => onChange(withEvent(metric, name))}
        >
          {chosen ? (
            metric.any ? (
              t("metric.any")
            ) : (
              event
            )
          ) : (
            <span className="muted">{t("metric.chooseEvent")}</span>
          )}
        </EventPicker>
        <div className="spread" />
        <AddCondition
          small
          project={project}
          event={event}
          filter={metric.filter}
          onChange={(filter) => onChange({ ...metric, filter })}
        />
        <MetricMenu {...props} />
      </div>
      <Measured {...props} event={event} />
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {metric.filter && (
        <div className="metric-filter">
          <IconFilter size={14} className="muted" aria-hidden="true" />
          <Conditions
            project={project}
            event={event}
            filter={metric.filter}
            faults={faults}
            at={`${at}.filter`}
            onChange={(filter) => onChange({ ...metric, filter })}
          />
        </div>
      )}
    </section>
  );
}

// withEvent changes the event; the property stays, since most are common to many events.
const withEvent = (metric: ReportMetric, name: string): ReportMetric =>
  name === anyEvent ? { ...metric, any: true, event: undefined } : { ...metric, any: undefined, event: name };

function Badge({ metric, colour, drawn }: MetricCardProps) {
  const style = drawn ? { background: colourVariable(colour) } : undefined;
  return (
    <span className="badge" style={style} data-drawn={drawn || undefined}>
      {metric.name}
    </span>
  );
}

function Measured({ project, metric, event, faults, at, onChange }: MetricCardProps & { event: string }) {
  const { t } = useVoice();
  const measure = metric.measure ?? "total";
  const fault = faults.under(`${at}.property`);
  const listed = [{ options: measures.map((m) => ({ value: m, label: t(`measure.${m}`) })) }];
  return (
    <div className="metric-measure">
      <Picker
        label={t("metric.measure")}
        className="chip piece-chip"
        groups={listed}
        onPick={(m) => onChange({ ...metric, measure: measures.find((known) => known === m) ?? "total" })}
      >
        {t(`measure.${measure}`)}
      </Picker>
      {metric.cumulative && <span className="muted">{t("metric.isCumulative")}</span>}
      {metric.rolling && <span className="muted">{t("metric.isRolling", { count: metric.rolling })}</span>}
      {measure === "percentile" && (
        <PercentileField metric={metric} faults={faults} at={at} onChange={onChange} />
      )}
      {needsProperty(measure) && (
        <PropertyPicker
          project={project}
          event={event}
          label={t("metric.property")}
          className="piece cut"
          invalid={fault !== undefined}
          onPick={(property) => onChange({ ...metric, property })}
        >
          {metric.property ?? <span className="warning">{t("metric.chooseProperty")}</span>}
        </PropertyPicker>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

function PercentileField({
  metric,
  faults,
  at,
  onChange,
}: Pick<MetricCardProps, "metric" | "faults" | "at" | "onChange">) {
  const { t } = useVoice();
  const [typed, setTyped] = useTyped(metric.percentile ?? 90, (text) => {
    const percentile = Number(text);
    if (text.trim() !== "" && Number.isFinite(percentile)) onChange({ ...metric, percentile });
  });
  return (
    <TextInput
      size="xs"
      className="field-percentile"
      inputMode="decimal"
      aria-label={t("metric.percentile")}
      value={typed}
      error={faults.under(`${at}.percentile`)}
      onChange={(e) => setTyped(e.currentTarget.value)}
    />
  );
}

// FormulaCard edits a metric computed from the others.
export function FormulaCard(props: MetricCardProps) {
  const { metric, faults, at, onChange } = props;
  const { t } = useVoice();
  const [typed, setTyped] = useTyped(metric.formula, (formula) => onChange({ ...metric, formula }));
  return (
    <section className="card metric metric-formula" aria-label={t("metric.label", { name: metric.name })}>
      <div className="metric-head">
        <Badge {...props} />
        <IconMathFunction size={16} className="muted" aria-hidden="true" />
        <TextInput
          size="xs"
          className="spread field-formula"
          aria-label={t("metric.formula")}
          placeholder={t("metric.formulaExample")}
          value={typed}
          error={faults.under(at)}
          onChange={(e) => setTyped(e.currentTarget.value)}
        />
        <ActionIcon
          variant={metric.percent ? "light" : "subtle"}
          color={metric.percent ? "indigo" : "gray"}
          size="sm"
          aria-label={t("metric.asPercent")}
          title={t("metric.asPercent")}
          aria-pressed={metric.percent === true}
          onClick={() => onChange({ ...metric, percent: metric.percent ? undefined : true })}
        >
          <IconPercentage size={15} />
        </ActionIcon>
        <MetricMenu {...props} />
      </div>
    </section>
  );
}

function MetricMenu({ metric, drawn, onChange, onCopy, onRemove }: MetricCardProps) {
  const { t } = useVoice();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("metric.more", { name: metric.name })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={drawn ? <IconEyeOff size={15} /> : <IconEye size={15} />}
          onClick={() => onChange({ ...metric, show: !drawn })}
        >
          {drawn ? t("metric.hide") : t("metric.show")}
        </Menu.Item>
        {metric.formula === undefined && (
          <>
            <Menu.Item
              leftSection={<IconChartArea size={15} />}
              onClick={() =>
                onChange({ ...metric, cumulative: metric.cumulative ? undefined : true, rolling: undefined })
              }
            >
              {t(metric.cumulative ? "metric.notCumulative" : "metric.cumulative")}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconWaveSine size={15} />}
              onClick={() =>
                onChange({ ...metric, rolling: metric.rolling ? undefined : 7, cumulative: undefined })
              }
            >
              {metric.rolling ? t("metric.notRolling") : t("metric.rolling", { count: 7 })}
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={onCopy}>
          {t("metric.copy")}
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={15} />} onClick={onRemove}>
          {t("metric.remove")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
