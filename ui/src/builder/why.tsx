import type { ReactNode } from "react";
import type { Filter, ReportAnswer } from "../api/types";
import { useVoice, type Voice } from "../language/language";
import type { Base } from "./base";
import { askable } from "./filter";
import { takesOf } from "./operators";
import { valueLabel, valueWordsOf } from "./value";

// Why says in words what the numbers mean and what they rest on. The children are the facts of the kind of report.
export function Why({ report, answer, children }: WhyProps) {
  const voice = useVoice();
  const { t, format } = voice;
  const { from, to, zone } = answer.range;
  const { rows_read, rows_matched, bots_left_out, complete_until } = answer.explain;
  const filter = askable(report.filter);
  return (
    <section className="card why" id="why" aria-label={t("why.title")}>
      <h2>{t("why.title")}</h2>
      <dl>
        {children}
        {filter && (
          <Fact name={t("why.filter")}>{t("why.filterAll", { filter: filterText(filter, voice) })}</Fact>
        )}
        {report.by && (
          <Fact name={t("why.breakdown")}>
            {t("why.breakdownText", { properties: format.list(report.by) })}
            {answer.segments && (
              <> {t("why.segments", { shown: answer.segments.shown, count: answer.segments.all })}</>
            )}
          </Fact>
        )}
        {report.group && <Fact name={t("panel.countBy")}>{t("why.countBy", { group: report.group })}</Fact>}
        <Fact name={t("why.range")}>
          {t("why.rangeText", {
            from: format.moment(new Date(from), zone),
            to: format.moment(new Date(to), zone),
            zone,
          })}
        </Fact>
        <Fact name={t("why.complete")}>
          {t("why.completeText", { until: format.moment(new Date(complete_until), zone) })}
        </Fact>
        <Fact name={t("why.read")}>{t("why.readText", { read: rows_read, matched: rows_matched })}</Fact>
        <Fact name={t("why.bots")}>
          {report.bots ? t("why.botsCounted") : t("why.botsLeftOut", { count: bots_left_out })}
        </Fact>
        <Fact name={t("why.duplicates")}>{t("why.duplicatesText")}</Fact>
      </dl>
    </section>
  );
}

type WhyProps = { report: Base; answer: ReportAnswer; children: ReactNode };

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="why-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

// filterText reads a filter aloud.
export function filterText(filter: Filter | undefined, voice: Voice): string {
  if (!filter) return "";
  const inner = filter.all ?? filter.any;
  if (inner) {
    const word = voice.t(filter.any ? "why.or" : "why.and");
    return inner
      .map((f) => (f.property === undefined ? `(${filterText(f, voice)})` : filterText(f, voice)))
      .join(` ${word} `);
  }
  if (filter.where !== undefined) return filter.where;
  const said = voice.t(`operator.${filter.operator ?? "is"}`);
  const values = takesOf(filter.operator) === "nothing" ? [] : (filter.values ?? []);
  const listed = values.map((v) => valueLabel(v, valueWordsOf(voice))).join(", ");
  return [filter.property, said, listed].filter((part) => part !== "").join(" ");
}
