import { Combobox, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCheck, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { askValues } from "../api/ask";
import type { Scalar } from "../api/types";
import { useVoice } from "../language/language";
import { useValueWords, valueLabel } from "./value";

// ValuesPicker chooses several values of a property, from those seen lately or typed. A typed number is offered as a
// number and as text: the two are different values.
export function ValuesPicker(props: ValuesProps) {
  const { project, event, property, values, label, invalid, onChange } = props;
  const { t, format } = useVoice();
  const words = useValueWords();
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search, 200);
  const box = useCombobox({
    onDropdownClose: () => {
      box.resetSelectedOption();
      setSearch("");
      box.focusTarget();
    },
    onDropdownOpen: () => box.focusSearchInput(),
  });
  const asked = useQuery({
    queryKey: ["values", project, event, property, wanted],
    queryFn: ({ signal }) => askValues(project, event, property, wanted, signal),
    enabled: box.dropdownOpened,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const chosen = new Set(values.map((v) => JSON.stringify(v)));
  const seen = (asked.data ?? []).filter((v) => isScalar(v.value));
  const typed = typedValues(search).filter((v) => !seen.some((s) => s.value === v));
  const toggle = (key: string) =>
    onChange(
      chosen.has(key)
        ? values.filter((v) => JSON.stringify(v) !== key)
        : [...values, JSON.parse(key) as Scalar],
    );
  return (
    <Combobox store={box} onOptionSubmit={toggle} width={280} position="bottom-start" withinPortal>
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <button
          type="button"
          className="piece piece-values"
          aria-haspopup="listbox"
          aria-expanded={box.dropdownOpened}
          aria-invalid={invalid || undefined}
          onClick={() => box.toggleDropdown()}
        >
          <span className="unseen">{label} </span>
          {values.length === 0 && <span className="muted">{t("filter.choose")}</span>}
          {values.map((v) => (
            <span className="chip cut" key={JSON.stringify(v)}>
              {valueLabel(v, words)}
            </span>
          ))}
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
          placeholder={t("filter.searchOrType")}
          aria-label={t("filter.searchOrType")}
        />
        <Combobox.Options mah={300} className="pick-list" aria-label={label} aria-multiselectable>
          {typed.map((v) => (
            <Combobox.Option key={`typed ${JSON.stringify(v)}`} value={JSON.stringify(v)}>
              <span className="pick-row">
                <IconPlus size={14} aria-hidden="true" />
                <span className="spread cut">{String(v)}</span>
                <span className="muted">{typeof v === "number" ? t("type.number") : t("type.text")}</span>
              </span>
            </Combobox.Option>
          ))}
          {seen.map((v) => {
            const key = JSON.stringify(v.value);
            return (
              <Combobox.Option key={key} value={key} active={chosen.has(key)} aria-selected={chosen.has(key)}>
                <span className="pick-row">
                  <span className="pick-check">
                    {chosen.has(key) && <IconCheck size={14} aria-hidden="true" />}
                  </span>
                  <span className="spread cut">{valueLabel(v.value, words)}</span>
                  <span className="muted">{format.short(v.rows)}</span>
                </span>
              </Combobox.Option>
            );
          })}
          {seen.length + typed.length === 0 && (
            <Combobox.Empty>{asked.isFetching ? t("pick.loading") : t("filter.noValues")}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

type ValuesProps = {
  project: number;
  event: string;
  property: string;
  values: Scalar[];
  label: string;
  invalid?: boolean;
  onChange: (values: Scalar[]) => void;
};

const isScalar = (v: unknown): v is Scalar => ["string", "number", "boolean"].includes(typeof v);

// typedValues is what a typed text may mean.
export function typedValues(typed: string): Scalar[] {
  const trimmed = typed.trim();
  if (trimmed === "") return [];
  const number = numberFrom(trimmed);
  return number === undefined ? [trimmed] : [trimmed, number];
}

// numberFrom reads a number as people write it, with a point.
export function numberFrom(typed: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(typed.trim())) return undefined;
  const n = Number(typed);
  return Number.isFinite(n) ? n : undefined;
}
