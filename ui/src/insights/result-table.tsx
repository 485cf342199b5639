import { Checkbox } from "@mantine/core";
import type { ReactNode } from "react";
import type { TrendAnswer as Answer } from "../api/types";
import { colourVariable } from "../chart/colours";
import { unitOf } from "../chart/made";
import { useVoice, type Voice } from "../language/language";
import { Count } from "../people/count";
import { TableScroll } from "../shell/table-scroll";
import { metricsOf, type Report, type ReportMetric } from "./report";
import { type Cell, changeOf, type ResultLine, type Row } from "./result";
import { useWords } from "./words";

export type ResultTableProps = {
  report: Report;
  answer: Answer;
  rows: Row[];
  lines: ResultLine[];
  off: Set<string>;
  onSwitch: (key: string, on: boolean) => void;
};

// TotalsTable has one row per segment and one column per metric: the measure over the whole range.
export function TotalsTable({ report, answer, rows, lines, off, onSwitch }: ResultTableProps) {
  const voice = useVoice();
  const { t } = voice;
  const by = report.by ?? [];
  const metrics = by.length > 0 ? metricsOf(report) : [];
  const compared = answer.compare !== undefined;
  // Beside several metrics the earlier numbers would push the later ones out of sight; a hint has them.
  const earlier = compared && metrics.length < 2;
  return (
    <TableScroll label={t("table.totals")}>
      <table className="table">
        <caption className="unseen">{t("table.totals")}</caption>
        <thead>
          <tr>
            <th scope="col">{by.length > 0 ? by.join(" · ") : t("table.metric")}</th>
            {by.length > 0 ? (
              metrics.map((m) => (
                <MetricHeads key={m.name} metric={m} compared={compared} earlier={earlier} />
              ))
            ) : (
              <MetricHeads compared={compared} earlier={earlier} />
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-kind={row.kind}>
              <th scope="row">
                <RowName
                  row={row}
                  lines={lines.filter((l) => l.row.key === row.key)}
                  off={off}
                  onSwitch={onSwitch}
                />
              </th>
              {(by.length > 0
                ? metrics.map((m) => row.cells.find((c) => c.metric.name === m.name))
                : row.cells
              ).map((cell, i) => (
                <Total key={i} cell={cell} row={row} compared={compared} earlier={earlier} voice={voice} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

type HeadsProps = { metric?: ReportMetric; compared: boolean; earlier: boolean };

function MetricHeads({ metric, compared, earlier }: HeadsProps) {
  const { t } = useVoice();
  const words = useWords();
  const label = metric ? `${metric.name} · ${words.metric(metric)}` : t("table.total");
  return (
    <>
      <th scope="col" className="num head-cut" title={label}>
        {label}
      </th>
      {earlier && (
        <th scope="col" className="num">
          {t("table.before")}
        </th>
      )}
      {compared && (
        <th scope="col" className="num">
          {t("table.change")}
        </th>
      )}
    </>
  );
}

function RowName({
  row,
  lines,
  off,
  onSwitch,
}: Pick<ResultTableProps, "lines" | "off" | "onSwitch"> & { row: Row }) {
  const { t } = useVoice();
  const first = lines[0];
  return (
    <span className="row-name">
      {first && (
        <Checkbox
          size="xs"
          color={colourVariable(first.colour)}
          checked={!off.has(row.key)}
          aria-label={t("table.draw", { name: row.label })}
          onChange={(e) => onSwitch(row.key, e.currentTarget.checked)}
        />
      )}
      <span className={row.faint ? "cut muted faint" : "cut"} title={row.label}>
        {row.label}
      </span>
    </span>
  );
}

type TotalProps = { cell: Cell | undefined; row: Row; compared: boolean; earlier: boolean; voice: Voice };

function Total({ cell, row, compared, earlier, voice }: TotalProps) {
  if (!cell) return <td />;
  const { t } = voice;
  const before = writeValue(cell, cell.before?.total, voice);
  return (
    <>
      <td className="num strong">
        <CellCount cell={cell} row={row}>
          {writeValue(cell, cell.series.total, voice)}
        </CellCount>
        {cell.series.total === null && <span className="unseen">{t("value.undefined")}</span>}
      </td>
      {earlier && <td className="num muted">{before}</td>}
      {compared && (
        <td className="num" title={t("number.from", { before })}>
          <Change cell={cell} />
        </td>
      )}
    </>
  );
}

// Change writes how a total moved: a sign beside the colour, percentage points for percentages.
export function Change({ cell }: { cell: Cell }) {
  const { t, format } = useVoice();
  const change = changeOf(cell);
  if (change === undefined) return <span className="muted">–</span>;
  const text = cell.metric.percent
    ? t("table.points", { points: format.points(change) })
    : format.change(change);
  const tone = Math.abs(change) < 0.0005 ? "muted" : change > 0 ? "good" : "bad";
  return <span className={tone}>{text}</span>;
}

// IntervalsTable has every value of the picture: one row per line, one column per interval.
export function IntervalsTable({ answer, rows, label }: { answer: Answer; rows: Row[]; label: string }) {
  const voice = useVoice();
  const { t, format } = voice;
  const words = useWords();
  const unit = unitOf(answer);
  const lines = rows.flatMap((row) => row.cells.map((cell) => ({ row, cell })));
  return (
    <TableScroll label={t("table.intervals")}>
      <table className="table table-wide">
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            <th scope="col" className="stick">
              {t("table.series")}
            </th>
            <th scope="col" className="num">
              {t("table.total")}
            </th>
            {answer.intervals.map((start) => (
              <th scope="col" className="num" key={start}>
                {format.tick(new Date(start), answer.range.zone, unit)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ row, cell }) => (
            <tr key={`${cell.metric.name} ${row.key}`} data-kind={row.kind}>
              <th scope="row" className="stick">
                <span className="row-name">
                  {row.kind !== "metric" && <span className="muted">{cell.metric.name}</span>}
                  <span className={row.faint ? "cut muted faint" : "cut"}>
                    {row.kind === "metric" ? words.metric(cell.metric) : row.label}
                  </span>
                </span>
              </th>
              <td className="num strong">
                <CellCount cell={cell} row={row}>
                  {writeValue(cell, cell.series.total, voice)}
                </CellCount>
              </td>
              {cell.series.values.map((value, i) => (
                <td className="num" key={answer.intervals[i]}>
                  <CellCount cell={cell} row={row} interval={answer.intervals[i]}>
                    {writeValue(cell, value, voice)}
                  </CellCount>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

// CellCount is a value that opens the people behind it; a formula has none.
function CellCount({ cell, row, interval, children }: CellCountProps) {
  if (cell.metric.formula !== undefined) return children;
  const { metric, segment, other } = cell.series;
  const named = {
    metric,
    ...(other ? { other } : segment.length > 0 && { segment }),
    ...(interval && { interval }),
  };
  return (
    <Count cell={named} of={row.label}>
      {children}
    </Count>
  );
}

type CellCountProps = { cell: Cell; row: Row; interval?: string | undefined; children: ReactNode };

// writeValue writes a value of a cell; a dash where the measure is not defined.
export function writeValue(cell: Cell, value: number | null | undefined, { format }: Voice): string {
  if (value === null || value === undefined) return "–";
  return cell.metric.percent ? format.percent(value) : format.number(value);
}
