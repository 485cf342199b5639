import { Button, Kbd, Menu, Popover, TextInput } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useVoice } from "../language/language";
import { singleKeys } from "../shell/place";
import { customKey, datesOf, type Now, presets, rangeOf, type Stretch } from "./range";

export type DatesProps = { stretch: Stretch; zone: string; now: Now; onChange: (stretch: Stretch) => void };

// Dates is the menu at the chart's top left. Each entry shows its single key.
export function Dates({ stretch, zone, now, onChange }: DatesProps) {
  const { t, format } = useVoice();
  const [open, setOpen] = useState<"no" | "list" | "custom">("no");
  useDateKeys(onChange, () => setOpen("custom"));
  const dates = datesOf(stretch);
  const label = dates
    ? format.range(new Date(`${dates.from}T12:00:00Z`), new Date(`${dates.to}T12:00:00Z`), "UTC")
    : t(`range.${stretch as (typeof presets)[number]["name"]}`);
  const choose = (next: Stretch) => {
    setOpen("no");
    onChange(next);
  };
  return (
    <Popover
      opened={open === "custom"}
      onChange={(on) => setOpen(on ? "custom" : "no")}
      position="bottom-start"
      trapFocus
      withRoles={false}
    >
      <Popover.Target>
        <div>
          <Menu
            opened={open === "list"}
            onChange={(on) => setOpen(on ? "list" : "no")}
            position="bottom-start"
            width={230}
          >
            <Menu.Target>
              <Button
                variant="default"
                leftSection={<IconCalendar size={16} />}
                aria-label={t("range.label", { range: label })}
              >
                {label}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {presets.map(({ name, key }) => (
                <Menu.Item
                  key={name}
                  rightSection={singleKeys() && <Kbd size="xs">{key.toUpperCase()}</Kbd>}
                  aria-current={name === stretch || undefined}
                  onClick={() => choose(name)}
                >
                  {t(`range.${name}`)}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item
                rightSection={singleKeys() && <Kbd size="xs">{customKey.toUpperCase()}</Kbd>}
                onClick={() => setOpen("custom")}
              >
                {t("range.custom")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </Popover.Target>
      <Popover.Dropdown>
        <Custom start={datesOf(stretch) ?? shownDates(stretch, zone, now)} zone={zone} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}

// shownDates are the dates a custom range starts from: those of the preset where it has dates, else today.
function shownDates(stretch: Stretch, zone: string, now: Now) {
  const { from, to } = rangeOf(stretch, zone, now);
  return { from: from ?? now.today, to: to ?? now.today };
}

function Custom({
  start,
  zone,
  onChoose,
}: {
  start: { from: string; to: string };
  zone: string;
  onChoose: (s: Stretch) => void;
}) {
  const { t } = useVoice();
  const [from, setFrom] = useState(start.from);
  const [to, setTo] = useState(start.to);
  const reversed = from !== "" && to !== "" && from > to;
  const whole = from !== "" && to !== "" && !reversed;
  return (
    <form
      className="stack"
      onSubmit={(e) => {
        e.preventDefault();
        if (whole) onChoose(`${from}..${to}`);
      }}
    >
      <TextInput
        type="date"
        label={t("range.from")}
        value={from}
        onChange={(e) => setFrom(e.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        type="date"
        label={t("range.to")}
        value={to}
        error={reversed ? t("range.reversed") : undefined}
        onChange={(e) => setTo(e.currentTarget.value)}
      />
      <p className="muted">{t("range.inZone", { zone })}</p>
      <Button type="submit" disabled={!whole}>
        {t("range.apply")}
      </Button>
    </form>
  );
}

function useDateKeys(onChange: (stretch: Stretch) => void, onCustom: () => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isSingleKey(event)) return;
      const preset = presets.find((p) => p.key === event.key.toLowerCase());
      if (preset) onChange(preset.name);
      else if (event.key.toLowerCase() === customKey) onCustom();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}

// isSingleKey says whether a key press is meant for the page: no modifier, and not typed into a field or an open list.
export function isSingleKey(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return false;
  if (!singleKeys()) return false;
  const target = event.target as HTMLElement | null;
  return !target?.closest(
    "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog]",
  );
}
