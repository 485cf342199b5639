import { useMemo } from "react";
import { useVoice, type Voice } from "../language/language";
import type { ReportMetric } from "./report";
import type { Words } from "./result";

// useWords are the words of a result in the language in use.
export function useWords(): Words {
  const voice = useVoice();
  return useMemo(() => wordsOf(voice), [voice]);
}

export function wordsOf({ t, format }: Voice): Words {
  return {
    notSet: t("value.notSet"),
    emptyText: t("value.emptyText"),
    other: t("value.other"),
    overall: t("value.overall"),
    yes: t("value.true"),
    no: t("value.false"),
    metric: (m) => metricLabel(m, { t, format }),
  };
}

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
