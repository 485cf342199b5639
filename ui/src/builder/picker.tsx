import { Combobox, useCombobox } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useVoice } from "../language/language";

export type Option = { value: string; label: string; hint?: string };

export type OptionGroup = { label?: string; options: Option[] };

// More rows than this help nobody; the search narrows.
const shownOptions = 200;

// Picker is a button that opens a list to choose from, with a search in it. The children are what the button shows.
export function Picker(props: PickerProps) {
  const { label, className, groups, loading, invalid, onPick, children } = props;
  const { t } = useVoice();
  const [search, setSearch] = useState("");
  const box = useCombobox({
    onDropdownClose: () => {
      box.resetSelectedOption();
      setSearch("");
      box.focusTarget();
    },
    onDropdownOpen: () => box.focusSearchInput(),
  });
  const found = search === "" ? groups : groups.map((group) => narrow(group, search));
  const none = found.every((group) => group.options.length === 0);
  const pick = (value: string) => {
    box.closeDropdown();
    onPick(value);
  };
  return (
    <Combobox store={box} onOptionSubmit={pick} width={280} position="bottom-start" withinPortal>
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <button
          type="button"
          className={className}
          aria-haspopup="listbox"
          aria-expanded={box.dropdownOpened}
          aria-invalid={invalid || undefined}
          onClick={() => box.toggleDropdown()}
        >
          <span className="unseen">{label} </span>
          {children}
        </button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            box.updateSelectedOptionIndex();
          }}
          placeholder={t("pick.search")}
          aria-label={t("pick.search")}
        />
        <Combobox.Options mah={300} className="pick-list" aria-label={label}>
          {found.map((group, i) => (
            <Options key={group.label ?? i} group={group} />
          ))}
          {none && <Combobox.Empty>{loading ? t("pick.loading") : t("pick.none")}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

type PickerProps = {
  label: string;
  className?: string;
  groups: OptionGroup[];
  loading?: boolean;
  invalid?: boolean;
  onPick: (value: string) => void;
  children: ReactNode;
};

function Options({ group }: { group: OptionGroup }) {
  if (group.options.length === 0) return null;
  const options = group.options.slice(0, shownOptions).map((option) => (
    <Combobox.Option key={option.value} value={option.value}>
      <span className="pick-row">
        <span className="cut">{option.label}</span>
        {option.hint && <span className="muted">{option.hint}</span>}
      </span>
    </Combobox.Option>
  ));
  return group.label ? <Combobox.Group label={group.label}>{options}</Combobox.Group> : options;
}

function narrow(group: OptionGroup, search: string): OptionGroup {
  const wanted = search.trim().toLocaleLowerCase();
  return { ...group, options: group.options.filter((o) => o.label.toLocaleLowerCase().includes(wanted)) };
}
