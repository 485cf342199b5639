import { SegmentedControl } from "@mantine/core";
import type { IconTable } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Unit } from "../api/types";
import { useVoice } from "../language/language";
import type { Base } from "./base";
import { Dates } from "./dates";
import type { Now } from "./range";

type ToolbarProps<R extends Base> = {
  report: R;
  zone: string;
  now: Now;
  children?: ReactNode;
  onChange: (report: R) => void;
};

// Toolbar is the row above the picture: the dates, and what the kind of report has beside them.
export function Toolbar<R extends Base>({ report, zone, now, children, onChange }: ToolbarProps<R>) {
  const { t } = useVoice();
  return (
    <div className="toolbar" role="toolbar" aria-label={t("toolbar.label")}>
      <Dates
        stretch={report.range ?? "30d"}
        zone={zone}
        now={now}
        onChange={(range) => onChange({ ...report, range, behind: undefined })}
      />
      {children}
    </div>
  );
}

type UnitSwitchProps = { value: Unit; units: Unit[]; label?: string; onChange: (unit: Unit) => void };

// UnitSwitch chooses the interval into which a range is cut.
export function UnitSwitch({ value, units, label, onChange }: UnitSwitchProps) {
  const { t } = useVoice();
  return (
    <SegmentedControl
      size="sm"
      aria-label={label ?? t("toolbar.interval")}
      value={value}
      onChange={(chosen) => {
        const unit = units.find((u) => u === chosen);
        if (unit) onChange(unit);
      }}
      data={units.map((unit) => ({ value: unit, label: t(`interval.${unit}`) }))}
    />
  );
}

type KindSwitchProps<K extends string> = {
  value: K;
  kinds: { value: K; label: string; Icon: typeof IconTable }[];
  onChange: (kind: K) => void;
};

// KindSwitch chooses how an answer is drawn.
export function KindSwitch<K extends string>({ value, kinds, onChange }: KindSwitchProps<K>) {
  const { t } = useVoice();
  return (
    <SegmentedControl
      size="sm"
      aria-label={t("toolbar.kind")}
      value={value}
      onChange={(chosen) => {
        const kind = kinds.find((k) => k.value === chosen);
        if (kind) onChange(kind.value);
      }}
      data={kinds.map(({ value, label, Icon }) => ({
        value,
        label: (
          <span className="icon-label" title={label}>
            <Icon size={18} stroke={1.6} aria-hidden="true" />
            <span className="unseen">{label}</span>
          </span>
        ),
      }))}
    />
  );
}
