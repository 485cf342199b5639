import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { languages, speak, useVoice } from "../language/language";

// LanguageChoice switches the language of the whole page at once. Each is written in itself.
export function LanguageChoice({ label }: { label: string }) {
  const { language } = useVoice();
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={language}
      onChange={(value) => {
        const chosen = languages.find((l) => l.value === value);
        if (chosen) speak(chosen.value);
      }}
      data={languages.map(({ value, label }) => ({ value, label: <span lang={value}>{label}</span> }))}
    />
  );
}

const themes = [
  { value: "auto", Icon: IconDeviceDesktop },
  { value: "light", Icon: IconSun },
  { value: "dark", Icon: IconMoon },
] as const;

// ThemeChoice switches between light, dark, and what the system wants.
export function ThemeChoice({ label }: { label: string }) {
  const { t } = useVoice();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={colorScheme}
      onChange={(value) => setColorScheme(themes.find((theme) => theme.value === value)?.value ?? "auto")}
      data={themes.map(({ value, Icon }) => ({
        value,
        label: (
          <span className="icon-label" title={t(`theme.${value}`)}>
            <Icon size={16} stroke={1.6} aria-hidden="true" />
            <span className="unseen">{t(`theme.${value}`)}</span>
          </span>
        ),
      }))}
    />
  );
}
