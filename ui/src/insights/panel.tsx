import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { IconChartDots, IconMathFunction, IconPlus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useVoice } from "../language/language";
import { useTyped } from "./condition";
import type { Faults } from "./faults";
import { AddCondition, Conditions } from "./filters";
import { FormulaCard, MetricCard } from "./metric-card";
import { anyEvent, PropertyPicker } from "./pickers";
import {
  defaultTop,
  isDrawn,
  maxBreakdowns,
  maxMetrics,
  metricsOf,
  nextName,
  type Report,
  type ReportMetric,
} from "./report";
import { metricColour } from "./result";

export type PanelProps = {
  project: number;
  report: Report;
  faults: Faults;
  // botsLeftOut says how many events of machines the answer left out, when there is an answer.
  botsLeftOut: number | undefined;
  onChange: (report: Report) => void;
};

// Panel edits the question, in the order metric, filter, breakdown.
export function Panel(props: PanelProps) {
  const { t } = useVoice();
  return (
    <aside className="panel" aria-label={t("panel.label")}>
      <Metrics {...props} />
      <Filters {...props} />
      <Breakdown {...props} />
    </aside>
  );
}

function Group({ title, add, children }: { title: string; add: ReactNode; children: ReactNode }) {
  return (
    <section className="panel-group" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        {add}
      </div>
      {children}
    </section>
  );
}

function Metrics({ project, report, faults, onChange }: PanelProps) {
  const { t } = useVoice();
  const metrics = metricsOf(report);
  const set = (next: ReportMetric[]) => onChange({ ...report, metrics: next });
  const add = (metric: Omit<ReportMetric, "name">) =>
    set([...metrics, { name: nextName(metrics), ...metric }]);
  return (
    <Group
      title={t("panel.metrics")}
      add={metrics.length < maxMetrics && <AddMetric onAdd={add} metrics={metrics} />}
    >
      {metrics.map((metric, place) => {
        const Card = metric.formula === undefined ? MetricCard : FormulaCard;
        const { name: _, ...rest } = metric;
        return (
          <Card
            key={metric.name}
            project={project}
            metric={metric}
            colour={metricColour(report, metric)}
            drawn={isDrawn(metric, metrics)}
            faults={faults}
            at={`metrics[${place}]`}
            onChange={(next) => set(metrics.with(place, next))}
            onCopy={() => add(rest)}
            onRemove={() => set(metrics.toSpliced(place, 1))}
          />
        );
      })}
      {metrics.length === 0 && <p className="muted panel-hint">{t("panel.noMetrics")}</p>}
    </Group>
  );
}

function AddMetric({
  onAdd,
  metrics,
}: {
  onAdd: (m: Omit<ReportMetric, "name">) => void;
  metrics: ReportMetric[];
}) {
  const { t } = useVoice();
  const events = metrics.filter((m) => m.formula === undefined);
  const ratio =
    events.length > 1 ? `${events[0]?.name} / ${events[1]?.name}` : `${events[0]?.name ?? "A"} * 2`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("panel.addMetric")}>
          <IconPlus size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconChartDots size={15} />} onClick={() => onAdd({ measure: "total" })}>
          {t("panel.addEvent")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconMathFunction size={15} />}
          disabled={events.length === 0}
          onClick={() => onAdd({ formula: ratio, ...(events.length > 1 && { percent: true }) })}
        >
          {t("panel.addFormula")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

// oneEvent is the event whose properties are offered where a filter or a breakdown spans all metrics.
function oneEvent(report: Report): string {
  const events = metricsOf(report).filter((m) => m.formula === undefined);
  return events.length === 1 && events[0]?.event ? events[0].event : anyEvent;
}

function Filters({ project, report, faults, botsLeftOut, onChange }: PanelProps) {
  const { t } = useVoice();
  const set = (filter: Report["filter"]) => onChange({ ...report, filter });
  const common = { project, event: oneEvent(report), filter: report.filter, onChange: set };
  return (
    <Group title={t("panel.filters")} add={<AddCondition {...common} />}>
      {report.filter && (
        <div className="card panel-card">
          <Conditions {...common} faults={faults} at="filter" />
        </div>
      )}
      <Bots report={report} botsLeftOut={botsLeftOut} onChange={onChange} />
    </Group>
  );
}

// Bots says whether events of machines are counted, and switches it.
function Bots({ report, botsLeftOut, onChange }: Pick<PanelProps, "report" | "botsLeftOut" | "onChange">) {
  const { t, format } = useVoice();
  const counted = report.bots === true;
  return (
    <div className="card panel-card panel-bots">
      <strong aria-hidden="true">{t("panel.botsName")}</strong>
      <button
        type="button"
        role="switch"
        className="piece muted"
        aria-checked={counted}
        onClick={() => onChange({ ...report, bots: counted ? undefined : true })}
      >
        <span className="unseen">{t("panel.bots")} </span>
        {counted ? t("panel.botsIn") : t("panel.botsOut")}
      </button>
      <div className="spread" />
      {!counted && botsLeftOut !== undefined && (
        <span className="muted">
          {t("panel.botsLeftOut", { count: botsLeftOut, short: format.short(botsLeftOut) })}
        </span>
      )}
    </div>
  );
}

function Breakdown({ project, report, faults, onChange }: PanelProps) {
  const { t } = useVoice();
  const by = report.by ?? [];
  const event = oneEvent(report);
  const set = (next: string[]) =>
    onChange({ ...report, by: next.length > 0 ? [...new Set(next)] : undefined });
  const add = by.length < maxBreakdowns && (
    <PropertyPicker
      project={project}
      event={event}
      label={t("panel.addBreakdown")}
      className="add"
      onPick={(property) => set([...by, property])}
    >
      <IconPlus size={16} aria-hidden="true" />
    </PropertyPicker>
  );
  return (
    <Group title={t("panel.breakdown")} add={add}>
      {by.map((property, place) => (
        <div className="card panel-card" key={property}>
          <div className="row">
            <PropertyPicker
              project={project}
              event={event}
              label={t("panel.breakdownProperty")}
              className="piece piece-strong cut"
              onPick={(next) => set(by.with(place, next))}
            >
              {property}
            </PropertyPicker>
            <div className="spread" />
            {place === 0 && <TopField report={report} faults={faults} onChange={onChange} />}
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("panel.removeBreakdown", { property })}
              onClick={() => set(by.toSpliced(place, 1))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
          {faults.under(`breakdown[${place}]`) && (
            <p className="fault" role="alert">
              {faults.under(`breakdown[${place}]`)}
            </p>
          )}
        </div>
      ))}
    </Group>
  );
}

function TopField({ report, faults, onChange }: Pick<PanelProps, "report" | "faults" | "onChange">) {
  const { t } = useVoice();
  const [typed, setTyped] = useTyped(report.top ?? defaultTop, (text) => {
    const top = Math.trunc(Number(text));
    if (top >= 1 && top <= 1000) onChange({ ...report, top });
  });
  return (
    <label className="row top" htmlFor="top">
      <span className="muted">{t("panel.top")}</span>
      <TextInput
        size="xs"
        id="top"
        className="field-top"
        inputMode="numeric"
        value={typed}
        error={faults.under("top") !== undefined}
        onChange={(e) => setTyped(e.currentTarget.value)}
      />
    </label>
  );
}
