import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { names, properties } from "../api/keep";
import { useVoice } from "../language/language";
import { Picker } from "./picker";

// anyEvent stands for all events in a list of names. Event names are never empty, so it cannot be one.
export const anyEvent = "";

// EventPicker chooses an event by name, or all of them.
export function EventPicker(props: { project: number; onPick: (name: string) => void } & PickedLook) {
  const { t, format } = useVoice();
  const asked = useQuery(names(props.project));
  const options = (asked.data ?? []).map((n) => ({
    value: n.name,
    label: n.name,
    hint: format.short(n.rows),
  }));
  const any = { options: [{ value: anyEvent, label: t("metric.any") }] };
  return (
    <Picker {...props} loading={asked.isPending} groups={[any, { label: t("metric.events"), options }]} />
  );
}

// PropertyPicker chooses a property of an event; of any event when the name is empty.
export function PropertyPicker(props: PropertyPickerProps) {
  const { t } = useVoice();
  const asked = useQuery(properties(props.project, props.event));
  const all = (asked.data ?? []).map((p) => ({ value: p.name, label: p.name }));
  const own = all.filter((p) => !isSetByUs(p.value));
  const ours = all.filter((p) => isSetByUs(p.value));
  return (
    <Picker
      {...props}
      loading={asked.isPending}
      groups={[
        { label: t("property.own"), options: own },
        { label: t("property.ours"), options: ours },
      ]}
    />
  );
}

type PickedLook = { label: string; className?: string; invalid?: boolean; children: ReactNode };

type PropertyPickerProps = PickedLook & { project: number; event: string; onPick: (name: string) => void };

// Names the SDKs or the server set: with a dollar, or known to the wire.
const isSetByUs = (name: string) => /^(\$|mp_|utm_)/.test(name);
