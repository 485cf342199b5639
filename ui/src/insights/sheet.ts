import type { TrendAnswer } from "../api/types";
import type { Sheet } from "../download/sheet";
import type { Voice } from "../language/language";
import type { Row, Words } from "./result";

// sheetOf has a row per line, a column per interval.
export function sheetOf(answer: TrendAnswer, rows: Row[], words: Words, { t }: Voice): Sheet {
  const lines = rows.flatMap((row) => row.cells.map((cell) => ({ row, cell })));
  return {
    head: [t("table.metric"), t("table.series"), t("table.total"), ...answer.intervals],
    rows: lines.map(({ row, cell }) => [
      words.metric(cell.metric),
      row.kind === "metric" ? "" : row.label,
      cell.series.total,
      ...cell.series.values,
    ]),
  };
}
