import { ActionIcon, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { Filter, Scalar } from "../api/types";
import { useVoice } from "../language/language";
import { type OperatorGroup, operators, takesOf, withOperator } from "./operators";
import { Picker } from "./picker";
import { PropertyPicker } from "./pickers";
import { numberFrom, ValuesPicker } from "./values";

const groups: OperatorGroup[] = ["any", "text", "number", "date", "boolean", "list"];

// Condition is one line of a filter: property, operator, values; each piece is edited in place.
export function Condition(props: ConditionProps) {
  const { project, event, condition, fault, onChange, onRemove } = props;
  const { t } = useVoice();
  const property = condition.property ?? "";
  return (
    <div className="condition" data-invalid={fault !== undefined || undefined}>
      <div className="condition-pieces">
        <PropertyPicker
          project={project}
          event={event}
          label={t("filter.property")}
          className="piece piece-strong"
          onPick={(name) => onChange({ ...condition, property: name, values: [] })}
        >
          {property}
        </PropertyPicker>
        <OperatorPicker condition={condition} onChange={onChange} />
        <Values {...props} />
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={t("filter.remove", { property })}
        onClick={onRemove}
      >
        <IconX size={14} />
      </ActionIcon>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

type ConditionProps = {
  project: number;
  event: string;
  condition: Filter;
  fault?: string;
  onChange: (condition: Filter) => void;
  onRemove: () => void;
};

function OperatorPicker({ condition, onChange }: Pick<ConditionProps, "condition" | "onChange">) {
  const { t } = useVoice();
  const listed = groups.map((group) => ({
    label: t(`operatorGroup.${group}`),
    options: operators
      .filter((o) => o.group === group)
      .map((o) => ({ value: o.name, label: t(`operator.${o.name}`) })),
  }));
  const name = condition.operator ?? "is";
  return (
    <Picker
      label={t("filter.operator")}
      className="piece"
      groups={listed}
      onPick={(picked) => {
        const operator = operators.find((o) => o.name === picked);
        if (operator) onChange(withOperator(condition, operator.name));
      }}
    >
      <span className="muted">{t(`operator.${name}`)}</span>
    </Picker>
  );
}

function Values({ project, event, condition, fault, onChange }: ConditionProps) {
  const { t } = useVoice();
  const values = condition.values ?? [];
  const set = (next: Scalar[]) => onChange({ ...condition, values: next });
  const invalid = fault !== undefined;
  switch (takesOf(condition.operator)) {
    case "nothing":
      return null;
    case "values":
      return (
        <ValuesPicker
          project={project}
          event={event}
          property={condition.property ?? ""}
          values={values}
          label={t("filter.values")}
          invalid={invalid}
          onChange={set}
        />
      );
    case "numbers":
      return (
        <>
          <NumberField
            label={t("filter.from")}
            value={values[0]}
            onChange={(n) => set([n, values[1] ?? null])}
          />
          <span className="muted">{t("filter.and")}</span>
          <NumberField
            label={t("filter.to")}
            value={values[1]}
            onChange={(n) => set([values[0] ?? null, n])}
          />
        </>
      );
    case "number":
      return <NumberField label={t("filter.number")} value={values[0]} onChange={(n) => set([n])} />;
    case "date":
      return (
        <TextInput
          type="date"
          size="xs"
          aria-label={t("filter.date")}
          value={String(values[0] ?? "")}
          onChange={(e) => set(e.currentTarget.value ? [e.currentTarget.value] : [])}
        />
      );
    case "text":
      return (
        <TextField
          label={t("filter.text")}
          value={values[0]}
          onChange={(text) => set(text === "" ? [] : [text])}
        />
      );
  }
}

type FieldProps<T> = { label: string; value: Scalar | undefined; onChange: (value: T) => void };

// TextField keeps what is being typed to itself and hands it over when it rests, so that the address bar and the answer
// follow the finished text.
function TextField({ label, value, onChange }: FieldProps<string>) {
  const [typed, setTyped] = useTyped(value, onChange);
  return (
    <TextInput
      size="xs"
      className="field-text"
      aria-label={label}
      value={typed}
      onChange={(e) => setTyped(e.currentTarget.value)}
    />
  );
}

function NumberField({ label, value, onChange }: FieldProps<Scalar>) {
  const { t } = useVoice();
  const [typed, setTyped] = useTyped(value, (text) => onChange(numberFrom(text) ?? null));
  const wrong = typed.trim() !== "" && numberFrom(typed) === undefined;
  return (
    <TextInput
      size="xs"
      className="field-number"
      inputMode="decimal"
      aria-label={label}
      value={typed}
      error={wrong ? t("filter.notANumber") : undefined}
      onChange={(e) => setTyped(e.currentTarget.value)}
    />
  );
}

const restMillis = 400;

// useTyped is a text field's own text; done is called with it when typing rests.
export function useTyped(
  value: Scalar | undefined,
  done: (text: string) => void,
): [string, (text: string) => void] {
  const outside = value === undefined || value === null ? "" : String(value);
  const [typed, setTyped] = useState(outside);
  const [last, setLast] = useState(outside);
  if (outside !== last) {
    setLast(outside);
    if (outside !== typed && !(outside === "" && typed !== "")) setTyped(outside);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock, not a new handler
  useEffect(() => {
    if (typed === outside) return;
    const clock = setTimeout(() => done(typed), restMillis);
    return () => clearTimeout(clock);
  }, [typed]);
  return [typed, setTyped];
}
