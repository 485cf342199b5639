import { useMemo } from "react";
import { valueWordsOf } from "../builder/value";
import { useVoice, type Voice } from "../language/language";
import type { ReportMetric } from "./report";
import type { Words } from "./result";

// useWords are the words of a result in the language in use.
export function useWords(): Words {
  const voice = useVoice();
  return useMemo(() => wordsOf(voice), [voice]);
}

export const wordsOf = (voice: Voice): Words => ({
  ...valueWordsOf(voice),
  metric: (m) => metricLabel(m, voice),
});

// metricLabel names a metric in one line: what is counted of what.
export function metricLabel(m: ReportMetric, { t, format }: Pick<Voice, "t" | "format">): string {
  if (m.formula !== undefined) return m.formula;
  const event = m.any ? t("metric.any") : (m.event ?? "");
  const measure = m.measure ?? "total";
  if (measure === "total" || measure === "unique") return `${event} · ${t(`measure.${measure}.short`)}`;
  const property = m.property ?? "";
  if (measure === "percentile") {
    return `${event} · ${t("measure.percentile.of", { percentile: format.number(m.percentile ?? 90), property })}`;
  }
  return `${event} · ${t(`measure.${measure}.of`, { property })}`;
}

// titleOf names a metric where the others are not in sight: a formula has their events in the place of their letters.
export function titleOf(
  m: ReportMetric,
  all: ReportMetric[],
  { t, format }: Pick<Voice, "t" | "format">,
): string {
  const eventOf = (name: string) => {
    const named = all.find((other) => other.name === name);
    return named?.any ? t("metric.any") : (named?.event ?? name);
  };
  return m.formula?.replace(/[A-Za-z_]\w*/g, eventOf) ?? metricLabel(m, { t, format });
}
