import { Button, CloseButton, SegmentedControl, TextInput } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconSearch } from "@tabler/icons-react";
import { useVoice } from "../language/language";
import type { Sieve } from "./stream";
import type { Live } from "./use-live";

type BarProps = { live: Live; sieve: Sieve; onChange: (sieve: Sieve) => void };

// LiveBar narrows the list and makes it stand still.
export function LiveBar({ live, sieve, onChange }: BarProps) {
  const { t } = useVoice();
  return (
    <div className="toolbar" role="toolbar" aria-label={t("live.bar")}>
      <TextInput
        className="live-name"
        aria-label={t("live.name")}
        placeholder={t("live.name")}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={
          sieve.name && (
            <CloseButton
              size="sm"
              aria-label={t("live.anyName")}
              onClick={() => onChange({ ...sieve, name: "" })}
            />
          )
        }
        value={sieve.name ?? ""}
        onChange={(e) => onChange({ ...sieve, name: e.currentTarget.value })}
      />
      <ClassSwitch sieve={sieve} onChange={onChange} />
      <div className="spread" />
      {live.stream.rows.length > 0 && (
        <Button variant="subtle" color="gray" onClick={live.clear}>
          {t("live.clear")}
        </Button>
      )}
      <PauseButton live={live} />
    </div>
  );
}

function ClassSwitch({ sieve, onChange }: Omit<BarProps, "live">) {
  const { t } = useVoice();
  return (
    <SegmentedControl
      aria-label={t("live.class")}
      value={sieve.class ?? "all"}
      onChange={(value) => {
        const { class: _, ...rest } = sieve;
        onChange(value === "person" || value === "bot" ? { ...rest, class: value } : rest);
      }}
      data={[
        { value: "all", label: t("live.everybody") },
        { value: "person", label: t("live.people") },
        { value: "bot", label: t("live.bots") },
      ]}
    />
  );
}

function PauseButton({ live }: { live: Live }) {
  const { t } = useVoice();
  const { paused, heldAll } = live.stream;
  if (!paused) {
    return (
      <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={live.pause}>
        {t("live.pause")}
      </Button>
    );
  }
  return (
    <Button leftSection={<IconPlayerPlay size={16} />} onClick={live.resume}>
      {heldAll === 0 ? t("live.resume") : t("live.resumeMany", { count: heldAll })}
    </Button>
  );
}
