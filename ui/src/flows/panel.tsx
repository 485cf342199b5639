import { ActionIcon } from "@mantine/core";
import { IconPlus, IconTrash, IconX } from "@tabler/icons-react";
import { ChoiceLines } from "../builder/choice-lines";
import type { Faults } from "../builder/faults";
import { BreakdownGroup, FaultLine, FiltersGroup, Group, Setting } from "../builder/group";
import { Picker } from "../builder/picker";
import { anyEvent, EventPicker, PropertyPicker } from "../builder/pickers";
import { choiceEvent } from "../builder/selector";
import { WindowField } from "../builder/window-field";
import { useVoice } from "../language/language";
import {
  type Anchor,
  anchorsOf,
  countings,
  defaultNodes,
  defaultWindow,
  type FlowReport,
  maxAnchors,
  maxNodes,
  maxSide,
} from "./report";

type FlowPanelProps = {
  project: number;
  report: FlowReport;
  faults: Faults;
  botsLeftOut: number | undefined;
  onChange: (report: FlowReport) => void;
};

// FlowPanel edits the question: the events a path goes through, and what its steps show.
export function FlowPanel(props: FlowPanelProps) {
  const event = choiceEvent(anchorsOf(props.report)[0] ?? {});
  return (
    <>
      <Anchors {...props} />
      <Paths {...props} />
      <Hidden {...props} />
      <Expanded {...props} />
      <FiltersGroup {...props} event="" />
      <BreakdownGroup {...props} event={event} />
    </>
  );
}

const upTo = (last: number, first = 0) =>
  Array.from({ length: last - first + 1 }, (_, i) => ({
    value: String(first + i),
    label: String(first + i),
  }));

function Anchors({ project, report, faults, onChange }: FlowPanelProps) {
  const { t } = useVoice();
  const anchors = anchorsOf(report);
  const set = (next: Anchor[]) => onChange({ ...report, anchors: next });
  const add = anchors.length < maxAnchors && (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={t("flow.addAnchor")}
      onClick={() => set([...anchors, { after: 1 }])}
    >
      <IconPlus size={16} />
    </ActionIcon>
  );
  return (
    <Group title={t("flow.anchors")} add={add}>
      {anchors.map((anchor, place) => (
        <section
          className="card metric"
          key={place}
          aria-label={t("flow.anchor", { place: String(place + 1) })}
        >
          <ChoiceLines
            project={project}
            choice={anchor}
            faults={faults}
            at={`anchors[${place}]`}
            before={<span className="badge">{place + 1}</span>}
            after={
              anchors.length > 1 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("flow.removeAnchor", { place: String(place + 1) })}
                  onClick={() => set(anchors.toSpliced(place, 1))}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              )
            }
            onChange={(next) =>
              set(anchors.with(place, { ...next, before: anchor.before, after: anchor.after }))
            }
          />
          <div className="metric-measure">
            {(["before", "after"] as const).map((side) => (
              <span className="row" key={side}>
                <span className="muted">{t(`flow.${side}`)}</span>
                <Picker
                  label={t(`flow.${side}`)}
                  className="piece piece-strong"
                  groups={[{ options: upTo(maxSide) }]}
                  onPick={(count) => set(anchors.with(place, { ...anchor, [side]: Number(count) }))}
                >
                  {anchor[side] ?? 0}
                </Picker>
              </span>
            ))}
          </div>
          <FaultLine text={faults.under(`anchors[${place}].after`)} />
        </section>
      ))}
    </Group>
  );
}

function Paths({ report, faults, onChange }: FlowPanelProps) {
  const { t } = useVoice();
  const counting = report.counting ?? "unique";
  return (
    <Group title={t("flow.paths")}>
      <div className="card panel-card">
        <Setting name={t("funnel.counting")}>
          <Picker
            label={t("funnel.counting")}
            className="piece piece-strong"
            groups={[{ options: countings.map((c) => ({ value: c, label: t(`flow.counting.${c}`) })) }]}
            onPick={(c) =>
              onChange({ ...report, counting: c === "unique" ? undefined : countings.find((x) => x === c) })
            }
          >
            {t(`flow.counting.${counting}`)}
          </Picker>
        </Setting>
        {counting !== "session" && (
          <Setting name={t("funnel.window")}>
            <WindowField
              seconds={report.window ?? defaultWindow}
              onChange={(window) => onChange({ ...report, window })}
            />
          </Setting>
        )}
        <FaultLine text={faults.under("window")} />
        <Setting name={t("flow.nodes")}>
          <Picker
            label={t("flow.nodes")}
            className="piece piece-strong"
            groups={[{ options: upTo(maxNodes, 1) }]}
            onPick={(count) => onChange({ ...report, nodes: Number(count) })}
          >
            {report.nodes ?? defaultNodes}
          </Picker>
        </Setting>
        <Setting name={t("flow.repeats")}>
          <button
            type="button"
            role="switch"
            className="piece piece-strong"
            aria-checked={report.collapse === true}
            onClick={() => onChange({ ...report, collapse: report.collapse ? undefined : true })}
          >
            <span className="unseen">{t("flow.collapse")} </span>
            {report.collapse ? t("flow.repeats.once") : t("flow.repeats.each")}
          </button>
        </Setting>
      </div>
    </Group>
  );
}

function Hidden({ project, report, onChange }: FlowPanelProps) {
  const { t } = useVoice();
  const hidden = report.hidden ?? [];
  const set = (next: string[]) =>
    onChange({ ...report, hidden: next.length > 0 ? [...new Set(next)] : undefined });
  const add = (
    <EventPicker
      project={project}
      label={t("flow.hide")}
      className="add"
      onPick={(name) => name !== anyEvent && set([...hidden, name])}
    >
      <IconPlus size={16} aria-hidden="true" />
    </EventPicker>
  );
  return (
    <Group title={t("flow.hidden")} add={add}>
      {hidden.length > 0 && (
        <div className="card panel-card row flow-chips">
          {hidden.map((name, place) => (
            <span className="chip chip-out cut" key={name}>
              {name}
              <button
                type="button"
                aria-label={t("flow.unhide", { name })}
                onClick={() => set(hidden.toSpliced(place, 1))}
              >
                <IconX size={12} aria-hidden="true" />
              </button>
            </span>
          ))}
        </div>
      )}
    </Group>
  );
}

function Expanded({ project, report, faults, onChange }: FlowPanelProps) {
  const { t } = useVoice();
  const expand = report.expand ?? [];
  const set = (next: FlowReport["expand"]) =>
    onChange({ ...report, expand: next?.length ? next : undefined });
  const add = (
    <EventPicker
      project={project}
      label={t("flow.expand")}
      className="add"
      onPick={(event) =>
        event !== anyEvent &&
        !expand.some((x) => x.event === event) &&
        set([...expand, { event, property: "" }])
      }
    >
      <IconPlus size={16} aria-hidden="true" />
    </EventPicker>
  );
  return (
    <Group title={t("flow.expanded")} add={add}>
      {expand.map(({ event, property }, place) => (
        <div className="card panel-card" key={event}>
          <div className="row">
            <strong className="cut">{event}</strong>
            <PropertyPicker
              project={project}
              event={event}
              label={t("metric.property")}
              className="piece cut"
              onPick={(next) => set(expand.with(place, { event, property: next }))}
            >
              {property || <span className="warning">{t("metric.chooseProperty")}</span>}
            </PropertyPicker>
            <div className="spread" />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("flow.unexpand", { name: event })}
              onClick={() => set(expand.toSpliced(place, 1))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
          <FaultLine text={faults.under(`expand[${place}]`)} />
        </div>
      ))}
    </Group>
  );
}
