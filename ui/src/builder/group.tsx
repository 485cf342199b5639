import { ActionIcon, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { groupKeys } from "../api/keep";
import { useVoice } from "../language/language";
import { type Base, defaultTop, maxBreakdowns } from "./base";
import { useTyped } from "./condition";
import type { Faults } from "./faults";
import { AddCondition, Conditions } from "./filters";
import { Picker } from "./picker";
import { PropertyPicker } from "./pickers";

// Group is a titled part of a question.
export function Group({ title, add, children }: { title: string; add?: ReactNode; children?: ReactNode }) {
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

// Setting is one line of a group: what it is called, and how it is set.
export function Setting({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="setting">
      <span className="muted">{name}</span>
      <span className="setting-pieces">{children}</span>
    </div>
  );
}

export type GroupsProps<R extends Base> = {
  project: number;
  report: R;
  faults: Faults;
  // event is the one whose properties are offered; empty for those of all.
  event: string;
  // botsLeftOut says how many events of machines the answer left out, when there is an answer.
  botsLeftOut?: number | undefined;
  onChange: (report: R) => void;
};

// FiltersGroup edits what the whole report is narrowed to, whom it counts, and whether machines count.
export function FiltersGroup<R extends Base>(props: GroupsProps<R> & { children?: ReactNode }) {
  const { project, event, report, faults, onChange, children } = props;
  const { t } = useVoice();
  const set = (filter: Base["filter"]) => onChange({ ...report, filter });
  const common = { project, event, filter: report.filter, onChange: set };
  return (
    <Group title={t("panel.filters")} add={<AddCondition {...common} />}>
      {report.filter && (
        <div className="card panel-card">
          <Conditions {...common} faults={faults} at="filter" />
        </div>
      )}
      {children}
      <Bots {...props} />
      <CountBy {...props} />
    </Group>
  );
}

// Bots says whether events of machines are counted, and switches it.
export function Bots<R extends Base>({ report, botsLeftOut, onChange }: GroupsProps<R>) {
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

const people = "";

// CountBy chooses whether people or the groups of a kind are counted. Without kinds of groups there is nothing to choose.
export function CountBy<R extends Base>({ project, report, onChange }: GroupsProps<R>) {
  const { t } = useVoice();
  const keys = useQuery(groupKeys(project)).data ?? [];
  if (keys.length === 0 && !report.group) return null;
  const options = keys.map((k) => ({ value: k.key, label: k.name ?? k.key }));
  const named = options.find((o) => o.value === report.group)?.label ?? report.group;
  return (
    <div className="card panel-card panel-bots">
      <strong aria-hidden="true">{t("panel.countBy")}</strong>
      <Picker
        label={t("panel.countBy")}
        className="piece muted"
        groups={[{ options: [{ value: people, label: t("panel.countPeople") }, ...options] }]}
        onPick={(group) => onChange({ ...report, group: group === people ? undefined : group })}
      >
        {named ?? t("panel.countPeople")}
      </Picker>
    </div>
  );
}

// BreakdownGroup chooses the properties whose values make segments.
export function BreakdownGroup<R extends Base>(props: GroupsProps<R>) {
  const { project, report, event, faults, onChange } = props;
  const { t } = useVoice();
  const by = report.by ?? [];
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
            {place === 0 && <TopField {...props} />}
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
          <FaultLine text={faults.under(`breakdown[${place}]`)} />
        </div>
      ))}
    </Group>
  );
}

function TopField<R extends Base>({ report, faults, onChange }: GroupsProps<R>) {
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

// FaultLine says what is wrong with the field above it.
export function FaultLine({ text }: { text: string | undefined }) {
  if (!text) return null;
  return (
    <p className="fault" role="alert">
      {text}
    </p>
  );
}
