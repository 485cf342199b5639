import { ActionIcon } from "@mantine/core";
import { IconGripVertical, IconPlus, IconTrash } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { ChoiceLines } from "../builder/choice-lines";
import type { Faults } from "../builder/faults";
import { FaultLine, Group } from "../builder/group";
import { type Choice, choiceLabel } from "../builder/selector";
import { useVoice } from "../language/language";
import { type FunnelReport, maxSteps, minSteps, moved, stepsOf } from "./report";

type StepsProps = {
  project: number;
  report: FunnelReport;
  faults: Faults;
  onChange: (report: FunnelReport) => void;
};

// Steps edits the steps. They change places by dragging their handle, or by the arrow keys on it.
export function Steps({ project, report, faults, onChange }: StepsProps) {
  const voice = useVoice();
  const { t } = voice;
  const steps = stepsOf(report);
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const [said, setSaid] = useState("");
  const handles = useRef<(HTMLButtonElement | null)[]>([]);
  const set = (next: Choice[]) => onChange({ ...report, steps: next });
  const move = (from: number, to: number) => {
    if (to < 0 || to >= steps.length || to === from) return;
    set(moved(steps, from, to));
    setSaid(t("funnel.moved", { name: choiceLabel(steps[from] ?? {}, voice), place: String(to + 1) }));
    handles.current[to]?.focus();
  };
  const press = (event: KeyboardEvent, place: number) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    move(place, place + by);
  };
  const add = steps.length < maxSteps && (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={t("funnel.addStep")}
      onClick={() => set([...steps, {}])}
    >
      <IconPlus size={16} />
    </ActionIcon>
  );
  return (
    <Group title={t("funnel.steps")} add={add}>
      <FaultLine text={faults.at("steps")} />
      <div className="unseen" role="status">
        {said}
      </div>
      {steps.map((step, place) => (
        <section
          key={place}
          className="card metric step"
          data-over={(over === place && dragged !== place) || undefined}
          aria-label={t("funnel.step", { place: String(place + 1) })}
          onDragOver={(event) => {
            if (dragged === undefined) return;
            event.preventDefault();
            setOver(place);
          }}
          onDrop={(event) => {
            event.preventDefault();
            if (dragged !== undefined) move(dragged, place);
          }}
        >
          <ChoiceLines
            project={project}
            choice={step}
            faults={faults}
            at={`steps[${place}]`}
            before={
              <button
                type="button"
                className="step-handle"
                draggable
                ref={(handle) => {
                  handles.current[place] = handle;
                }}
                aria-label={t("funnel.move", { place: String(place + 1) })}
                title={t("funnel.moveHint")}
                onKeyDown={(event) => press(event, place)}
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = "move";
                  event.dataTransfer.setData("text/plain", String(place));
                  setDragged(place);
                }}
                onDragEnd={() => {
                  setDragged(undefined);
                  setOver(undefined);
                }}
              >
                <IconGripVertical size={14} aria-hidden="true" />
                <span className="badge">{place + 1}</span>
              </button>
            }
            after={
              steps.length > minSteps && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("funnel.removeStep", { place: String(place + 1) })}
                  onClick={() => set(steps.toSpliced(place, 1))}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              )
            }
            onChange={(next) => set(steps.with(place, next))}
          />
        </section>
      ))}
    </Group>
  );
}
