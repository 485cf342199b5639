import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useVoice } from "../language/language";
import { zones } from "./zones";

type ZoneFieldProps = { value: string; error: string | undefined; onChange: (zone: string) => void };

// ZoneField chooses a time zone by typing a part of its name.
export function ZoneField({ value, error, onChange }: ZoneFieldProps) {
  const { t } = useVoice();
  const all = useMemo(() => zones(value), [value]);
  return (
    <Select
      searchable
      allowDeselect={false}
      limit={60}
      label={t("project.zone")}
      description={t("project.zoneHint")}
      nothingFoundMessage={t("project.zoneNone")}
      data={all}
      value={value}
      error={error}
      onChange={(zone) => zone && onChange(zone)}
    />
  );
}
