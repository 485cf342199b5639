import type { RetentionAnswer } from "../api/types";
import { nameOf, type ValueWords } from "../builder/value";
import type { Sheet } from "../download/sheet";
import type { Voice } from "../language/language";

// sheetOf has a row per segment and cohort, and a column per bucket.
export function sheetOf(answer: RetentionAnswer, names: string[], words: ValueWords, { t }: Voice): Sheet {
  return {
    head: [t("table.segment"), t("retention.cohort"), t("retention.people"), t("retention.over"), ...names],
    rows: answer.tables.flatMap((table) =>
      table.cohorts.map((cohort, i) => [
        nameOf(table, words),
        answer.intervals[i] ?? "",
        cohort.people,
        cohort.complete,
        ...cohort.retained,
      ]),
    ),
  };
}
