import { Button, Kbd, Menu } from "@mantine/core";
import { IconChartBar, IconChartLine, IconCheck, IconNumber123, IconTable } from "@tabler/icons-react";
import { useEffect } from "react";
import { isSingleKey } from "../builder/dates";
import { compareKey, daysOf, intervalFor, intervalsFor, type Now } from "../builder/range";
import { KindSwitch, Toolbar as ToolbarFrame, UnitSwitch } from "../builder/toolbar";
import { useVoice } from "../language/language";
import { singleKeys } from "../shell/place";
import type { ChartKind, Report } from "./report";

export type ToolbarProps = { report: Report; zone: string; now: Now; onChange: (report: Report) => void };

// Toolbar is the row above the picture: dates, interval, comparison, kind of picture.
export function Toolbar({ report, zone, now, onChange }: ToolbarProps) {
  const { t } = useVoice();
  const days = daysOf(report.range ?? "30d", now);
  return (
    <ToolbarFrame report={report} zone={zone} now={now} onChange={onChange}>
      <UnitSwitch
        value={intervalFor(days, report.interval)}
        units={intervalsFor(days)}
        onChange={(interval) => onChange({ ...report, interval, behind: undefined })}
      />
      <CompareMenu report={report} onChange={onChange} />
      <div className="spread" />
      <KindSwitch
        value={report.chart ?? "line"}
        kinds={kinds.map(({ value, Icon }) => ({ value, label: t(`chart.${value}`), Icon }))}
        onChange={(kind) => onChange({ ...report, chart: kind === "line" ? undefined : kind })}
      />
    </ToolbarFrame>
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
