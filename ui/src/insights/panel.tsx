import { ActionIcon, Menu } from "@mantine/core";
import { IconChartDots, IconMathFunction, IconPlus } from "@tabler/icons-react";
import type { Faults } from "../builder/faults";
import { BreakdownGroup, FiltersGroup, Group } from "../builder/group";
import { anyEvent } from "../builder/pickers";
import { useVoice } from "../language/language";
import { FormulaCard, MetricCard } from "./metric-card";
import { isDrawn, maxMetrics, metricsOf, nextName, type Report, type ReportMetric } from "./report";
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
  const event = oneEvent(props.report);
  return (
    <>
      <Metrics {...props} />
      <FiltersGroup {...props} event={event} />
      <BreakdownGroup {...props} event={event} />
    </>
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
