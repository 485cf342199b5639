import type { FunnelAnswer } from "../api/types";
import { nameOf, type ValueWords } from "../builder/value";
import type { Sheet } from "../download/sheet";
import type { Voice } from "../language/language";

// sheetOf has a row per segment and step.
export function sheetOf(answer: FunnelAnswer, names: string[], words: ValueWords, { t }: Voice): Sheet {
  return {
    head: [
      t("table.segment"),
      t("funnel.stepHead"),
      t("metric.event"),
      t("funnel.count"),
      t("funnel.rate"),
      t("funnel.stepRate"),
      t("funnel.medianStep"),
      t("funnel.medianStart"),
    ],
    rows: answer.funnels.flatMap((table) =>
      table.steps.map((step, i) => [
        nameOf(table, words),
        i + 1,
        names[i] ?? "",
        step.count,
        step.rate,
        step.step_rate,
        step.from_previous?.median,
        step.from_start?.median,
      ]),
    ),
  };
}
