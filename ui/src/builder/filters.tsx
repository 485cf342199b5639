import { ActionIcon } from "@mantine/core";
import { IconFilter, IconPlus, IconX } from "@tabler/icons-react";
import type { Filter } from "../api/types";
import { useVoice } from "../language/language";
import { Condition } from "./condition";
import type { Faults } from "./faults";
import { askable, joined, partsOf } from "./filter";
import { PropertyPicker } from "./pickers";

// The filter of a report or of one metric: conditions joined by all or any. A filter from a link may nest deeper than
// this editor draws; such a part is kept, named and can be removed.

export type FiltersProps = {
  project: number;
  event: string;
  filter: Filter | undefined;
  faults: Faults;
  // at is the filter's place in the question, as faults name it: "filter" or "metrics[0].filter".
  at: string;
  onChange: (filter: Filter | undefined) => void;
};

// Conditions lists the conditions of a filter with the word that joins them.
export function Conditions(props: FiltersProps) {
  const { filter, faults, at, onChange } = props;
  const { t } = useVoice();
  const { word, parts } = partsOf(filter);
  if (parts.length === 0) return null;
  const change = (place: number, part: Filter) => onChange(joined(word, parts.with(place, part)));
  const remove = (place: number) => onChange(joined(word, parts.toSpliced(place, 1)));
  return (
    <div className="conditions">
      {parts.length > 1 && (
        <div className="conditions-word">
          <button
            type="button"
            className="piece"
            aria-label={t("filter.joinSwitch")}
            onClick={() => onChange(joined(word === "all" ? "any" : "all", parts))}
          >
            <span className="muted">{t(word === "all" ? "filter.all" : "filter.any")}</span>
          </button>
        </div>
      )}
      {parts.map((part, place) =>
        part.property === undefined ? (
          <Nested key={place} part={part} onRemove={() => remove(place)} />
        ) : (
          <Condition
            key={place}
            project={props.project}
            event={props.event}
            condition={part}
            fault={faults.under(placeOf(at, filter, place))}
            onChange={(next) => change(place, next)}
            onRemove={() => remove(place)}
          />
        ),
      )}
    </div>
  );
}

function Nested({ part, onRemove }: { part: Filter; onRemove: () => void }) {
  const { t } = useVoice();
  const count = (part.all ?? part.any ?? []).length;
  return (
    <div className="condition">
      <span className="condition-pieces muted">{part.where ?? t("filter.nested", { count })}</span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t("filter.removeNested")}
        onClick={onRemove}
      >
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}

// AddCondition starts a new condition by choosing its property.
export function AddCondition({ project, event, filter, onChange, small }: AddProps) {
  const { t } = useVoice();
  const { word, parts } = partsOf(filter);
  const add = (property: string) =>
    onChange(joined(word, [...parts, { property, operator: "is", values: [] }]));
  return (
    <PropertyPicker
      project={project}
      event={event}
      label={t("filter.add")}
      className={small ? "add-small" : "add"}
      onPick={add}
    >
      {small ? <IconFilter size={14} aria-hidden="true" /> : <IconPlus size={16} aria-hidden="true" />}
    </PropertyPicker>
  );
}

type AddProps = Pick<FiltersProps, "project" | "event" | "filter" | "onChange"> & { small?: boolean };

// placeOf is where a condition stands in the question. Conditions that are not complete are not asked, so those after
// them have moved up.
function placeOf(at: string, filter: Filter | undefined, place: number): string {
  if (!filter || filter.property !== undefined) return at;
  const { word, parts } = partsOf(filter);
  const before = parts.slice(0, place).filter((part) => askable(part) !== undefined).length;
  return `${at}.${word}[${before}]`;
}
