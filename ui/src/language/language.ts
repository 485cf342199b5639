import { useSyncExternalStore } from "react";
import { en } from "./en";
import { formatOf } from "./format";
import { id } from "./id";
import { type Fill, type Fills, textOf } from "./message";

export type Language = "en" | "id";

export type Key = keyof typeof en;

type Arguments<K extends Key> = keyof Fills<(typeof en)[K]> extends never ? [] : [Fills<(typeof en)[K]>];

// Text writes the message of a key; the fills a message needs are checked by its type.
export type Text = <K extends Key>(key: K, ...fills: Arguments<K>) => string;

// The languages, each under its own name, so that everybody finds theirs.
export const languages: { value: Language; label: string; locale: string }[] = [
  { value: "en", label: "English", locale: "en-GB" },
  { value: "id", label: "Bahasa Indonesia", locale: "id-ID" },
];

const catalogues = { en, id };

const kept = "jejak.language";

// languageFrom chooses at the first visit: the first of the browser's languages that we speak, else English.
export function languageFrom(saved: string | null, wanted: readonly string[]): Language {
  const all = [saved, ...wanted].map((tag) => tag?.toLowerCase().split("-")[0]);
  // "in" is the old code of Indonesian, still sent by some systems.
  const known = all.map((tag) => (tag === "in" ? "id" : tag)).find((tag) => tag === "en" || tag === "id");
  return known ?? "en";
}

// voiceOf is everything written in one language.
export function voiceOf(language: Language) {
  const locale = languages.find((l) => l.value === language)?.locale ?? "en-GB";
  const format = formatOf(locale);
  const plurals = new Intl.PluralRules(locale);
  const t: Text = (key, ...fills) =>
    textOf(catalogues[language][key], (fills[0] ?? {}) as Record<string, Fill>, plurals, format.number);
  return { language, t, format };
}

export type Voice = ReturnType<typeof voiceOf>;

let voice = voiceOf(languageFrom(savedLanguage(), navigator.languages));
document.documentElement.lang = voice.language;
const listeners = new Set<() => void>();

// speak switches the language of the whole page, at once and for the next visits.
export function speak(language: Language) {
  voice = voiceOf(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(kept, language);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

// useVoice is the voice in use; a component that calls it is drawn again when the language changes.
export function useVoice(): Voice {
  return useSyncExternalStore(subscribe, () => voice);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function savedLanguage(): string | null {
  try {
    return localStorage.getItem(kept);
  } catch {
    return null;
  }
}
