import { Button, Kbd, Menu, SegmentedControl } from "@mantine/core";
import { IconChartBar, IconChartLine, IconCheck, IconNumber123, IconTable } from "@tabler/icons-react";
import { useEffect } from "react";
import { useVoice } from "../language/language";
import { singleKeys } from "../shell/place";
import { Dates, isSingleKey } from "./dates";
import { compareKey, daysOf, intervalFor, intervalsFor, type Now } from "./range";
import type { ChartKind, Report } from "./report";

export type ToolbarProps = { report: Report; zone: string; now: Now; onChange: (report: Report) => void };

// Toolbar is the row above the picture: dates, interval, comparison, kind of picture.
export function Toolbar({ report, zone, now, onChange }: ToolbarProps) {
  const { t } = useVoice();
  const stretch = report.range ?? "30d";
  const days = daysOf(stretch, now);
  return (
    <div className="toolbar" role="toolbar" aria-label={t("toolbar.label")}>
      <Dates stretch={stretch} zone={zone} now={now} onChange={(range) => onChange({ ...report, range })} />
      <SegmentedControl
        size="sm"
        aria-label={t("toolbar.interval")}
        value={intervalFor(days, report.interval)}
        onChange={(unit) => onChange({ ...report, interval: intervalsFor(days).find((u) => u === unit) })}
        data={intervalsFor(days).map((unit) => ({ value: unit, label: t(`interval.${unit}`) }))}
      />
      <CompareMenu report={report} onChange={onChange} />
      <div className="spread" />
      <KindSwitch report={report} onChange={onChange} />
    </div>
  );
}

type Part = Pick<ToolbarProps, "report" | "onChange">;

const shifts = ["previous", "week", "month", "year"] as const;

function CompareMenu({ report, onChange }: Part) {
  const { t } = useVoice();
  const set = (compare: Report["compare"]) => onChange({ ...report, compare });
  useCompareKey(() => set(report.compare ? undefined : "previous"));
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default">
          {report.compare ? t("compare.label", { with: t(`compare.${report.compare}`) }) : t("compare.start")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {shifts.map((by) => (
          <Menu.Item key={by} leftSection={<Tick on={report.compare === by} />} onClick={() => set(by)}>
            {t(`compare.${by}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<Tick on={!report.compare} />}
          rightSection={singleKeys() && <Kbd size="xs">{compareKey.toUpperCase()}</Kbd>}
          onClick={() => set(undefined)}
        >
          {t("compare.none")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const Tick = ({ on }: { on: boolean }) => (
  <IconCheck size={15} visibility={on ? "visible" : "hidden"} aria-hidden="true" />
);

function useCompareKey(onPress: () => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isSingleKey(event) && event.key.toLowerCase() === compareKey) onPress();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}

const kinds: { value: ChartKind; Icon: typeof IconTable }[] = [
  { value: "line", Icon: IconChartLine },
  { value: "bar", Icon: IconChartBar },
  { value: "table", Icon: IconTable },
  { value: "number", Icon: IconNumber123 },
];

function KindSwitch({ report, onChange }: Part) {
  const { t } = useVoice();
  const choose = (value: string) => {
    const kind = kinds.find((k) => k.value === value)?.value;
    onChange({ ...report, chart: kind === "line" ? undefined : kind });
  };
  return (
    <SegmentedControl
      size="sm"
      aria-label={t("toolbar.kind")}
      value={report.chart ?? "line"}
      onChange={choose}
      data={kinds.map(({ value, Icon }) => ({
        value,
        label: (
          <span className="icon-label" title={t(`chart.${value}`)}>
            <Icon size={18} stroke={1.6} aria-hidden="true" />
            <span className="unseen">{t(`chart.${value}`)}</span>
          </span>
        ),
      }))}
    />
  );
}
