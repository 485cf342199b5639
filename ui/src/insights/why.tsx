import type { TrendAnswer } from "../api/types";
import { askable } from "../builder/filter";
import { Fact, filterText, Why as WhyFrame } from "../builder/why";
import { useVoice, type Voice } from "../language/language";
import { metricsOf, type Report, type ReportMetric } from "./report";
import { metricLabel } from "./words";

// Why says in words what the metrics mean.
export function Why({ report, answer }: { report: Report; answer: TrendAnswer }) {
  const voice = useVoice();
  const { t } = voice;
  return (
    <WhyFrame report={report} answer={answer}>
      {metricsOf(report).map((m) => (
        <Fact key={m.name} name={`${m.name} · ${metricLabel(m, voice)}`}>
          {definition(m, voice)}
          {m.cumulative && <> {t("why.cumulative")}</>}
          {m.rolling && <> {t("why.rolling", { count: m.rolling })}</>}
          {askable(m.filter) && <> {t("why.onlyWhere", { filter: filterText(askable(m.filter), voice) })}</>}
        </Fact>
      ))}
    </WhyFrame>
  );
}

function definition(m: ReportMetric, { t, format }: Voice): string {
  if (m.formula !== undefined) return t("why.measure.formula");
  const measure = m.measure ?? "total";
  const property = m.property ?? "";
  switch (measure) {
    case "total":
    case "unique":
      return t(`why.measure.${measure}`);
    case "percentile":
      return t("why.measure.percentile", { percentile: format.number(m.percentile ?? 90), property });
    default:
      return t(`why.measure.${measure}`, { property });
  }
}
