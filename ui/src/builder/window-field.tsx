import { TextInput } from "@mantine/core";
import { useVoice } from "../language/language";
import { useTyped } from "./condition";
import { Picker } from "./picker";

const sizes = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;

type Size = keyof typeof sizes;

const order: Size[] = ["second", "minute", "hour", "day"];

// sizeOf is the largest unit in which a time is a whole number.
export const sizeOf = (seconds: number): Size =>
  order.findLast((size) => seconds % sizes[size] === 0) ?? "second";

// WindowField edits a length of time: a number and its unit.
export function WindowField({ seconds, onChange }: { seconds: number; onChange: (seconds: number) => void }) {
  const { t } = useVoice();
  const size = sizeOf(seconds);
  const [typed, setTyped] = useTyped(seconds / sizes[size], (text) => {
    const count = Math.trunc(Number(text));
    if (count >= 1 && count * sizes[size] <= 366 * sizes.day) onChange(count * sizes[size]);
  });
  return (
    <>
      <TextInput
        size="xs"
        className="field-window"
        inputMode="numeric"
        aria-label={t("window.count")}
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
      />
      <Picker
        label={t("window.unit")}
        className="piece piece-strong"
        groups={[{ options: order.map((s) => ({ value: s, label: t(`window.${s}`) })) }]}
        onPick={(s) => {
          const next = order.find((x) => x === s);
          if (next) onChange(Math.min((seconds / sizes[size]) * sizes[next], 366 * sizes.day));
        }}
      >
        {t(`window.${size}`)}
      </Picker>
    </>
  );
}
