import { ActionIcon } from "@mantine/core";
import { IconFilter, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useVoice } from "../language/language";
import type { Faults } from "./faults";
import { AddCondition, Conditions } from "./filters";
import { FaultLine } from "./group";
import { anyEvent, EventPicker } from "./pickers";
import { type Choice, maxAlternatives } from "./selector";

type ChoiceLinesProps = {
  project: number;
  choice: Choice;
  faults: Faults;
  // at is the choice's place in the question: "steps[0]".
  at: string;
  // before and after stand at the ends of the first line.
  before?: ReactNode;
  after?: ReactNode;
  onChange: (choice: Choice) => void;
};

// ChoiceLines edits which events are meant: one with its filter, or any of several.
export function ChoiceLines({ project, choice, faults, at, before, after, onChange }: ChoiceLinesProps) {
  const { t } = useVoice();
  const or = choice.or ?? [];
  const place = (i: number) => (or.length > 0 ? inside(at, `any_of[${i}]`) : at);
  const setOr = (next: Choice[]) => onChange({ ...choice, or: next.length > 0 ? next : undefined });
  return (
    <>
      <Line
        project={project}
        choice={choice}
        faults={faults}
        at={place(0)}
        before={before}
        after={
          <>
            {or.length < maxAlternatives - 1 && (
              <button
                type="button"
                className="add-or muted"
                aria-label={t("choice.or")}
                title={t("choice.or")}
                onClick={() => setOr([...or, {}])}
              >
                {t("why.or")}
              </button>
            )}
            {after}
          </>
        }
        onChange={(next) => onChange({ ...next, or: choice.or })}
      />
      {or.map((other, i) => (
        <Line
          key={i}
          project={project}
          choice={other}
          faults={faults}
          at={place(i + 1)}
          before={<span className="muted choice-or">{t("why.or")}</span>}
          after={
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("choice.removeOr")}
              onClick={() => setOr(or.toSpliced(i, 1))}
            >
              <IconX size={14} />
            </ActionIcon>
          }
          onChange={(next) => setOr(or.with(i, next))}
        />
      ))}
    </>
  );
}

// A choice may be the question itself; its place is empty then.
const inside = (at: string, part: string) => (at === "" ? part : `${at}.${part}`);

function Line({ project, choice, faults, at, before, after, onChange }: ChoiceLinesProps) {
  const { t } = useVoice();
  const event = choice.any ? anyEvent : (choice.event ?? "");
  const fault = faults.at(at) ?? faults.under(inside(at, "event"));
  return (
    <>
      <div className="metric-head">
        {before}
        <EventPicker
          project={project}
          label={t("metric.event")}
          className="piece piece-strong cut"
          invalid={fault !== undefined}
          onPick={(name) =>
            onChange(
              name === anyEvent
                ? { ...choice, any: true, event: undefined }
                : { ...choice, any: undefined, event: name },
            )
          }
        >
          {choice.any
            ? t("metric.any")
            : (choice.event ?? <span className="muted">{t("metric.chooseEvent")}</span>)}
        </EventPicker>
        <div className="spread" />
        <AddCondition
          small
          project={project}
          event={event}
          filter={choice.filter}
          onChange={(filter) => onChange({ ...choice, filter })}
        />
        {after}
      </div>
      <FaultLine text={fault} />
      {choice.filter && (
        <div className="metric-filter">
          <IconFilter size={14} className="muted" aria-hidden="true" />
          <Conditions
            project={project}
            event={event}
            filter={choice.filter}
            faults={faults}
            at={inside(at, "filter")}
            onChange={(filter) => onChange({ ...choice, filter })}
          />
        </div>
      )}
    </>
  );
}
