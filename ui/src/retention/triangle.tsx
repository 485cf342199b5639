import type { RetentionAnswer } from "../api/types";
import { segmentOf } from "../builder/value";
import { unitOf } from "../chart/made";
import { useVoice } from "../language/language";
import { Count } from "../people/count";
import { TableScroll } from "../shell/table-scroll";

type Table = RetentionAnswer["tables"][number];
type TriangleProps = { answer: RetentionAnswer; table: Table; names: string[]; as: "share" | "people" };

// Triangle has a row for each cohort: the darker a cell, the more came back. What is not over yet is marked.
export function Triangle({ answer, table, names, as }: TriangleProps) {
  const { t, format } = useVoice();
  const unit = unitOf(answer);
  const named = segmentOf(table);
  return (
    <TableScroll label={t("retention.triangle")}>
      <table className="table triangle">
        <caption className="unseen">{t("retention.triangle")}</caption>
        <thead>
          <tr>
            <th scope="col" className="stick">
              {t("retention.cohort")}
            </th>
            <th scope="col" className="num">
              {t("retention.people")}
            </th>
            {names.map((name) => (
              <th scope="col" className="num" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr data-kind="overall">
            <th scope="row" className="stick">
              {t("retention.average")}
            </th>
            <td />
            {table.average.map((mean, i) => (
              <td className="num strong" key={names[i]}>
                {mean.rate === null ? "–" : format.percent(mean.rate)}
              </td>
            ))}
          </tr>
          {answer.intervals.map((start, row) => {
            const cohort = table.cohorts[row];
            const date = format.interval(new Date(start), answer.range.zone, unit);
            if (!cohort) return null;
            return (
              <tr key={start}>
                <th scope="row" className="stick">
                  {date}
                </th>
                <td className="num strong">
                  <Count cell={{ interval: start, ...named }} of={date}>
                    {format.number(cohort.people)}
                  </Count>
                </td>
                {cohort.retained.map((retained, i) => {
                  const rate = cohort.rates[i] ?? null;
                  const over = i < cohort.complete;
                  const text =
                    as === "people" ? format.number(retained) : rate === null ? "–" : format.percent(rate);
                  if (!over && retained === 0 && !hasBegun(answer, start, i)) return <td key={names[i]} />;
                  const style = { backgroundColor: shade(rate) };
                  return (
                    <td
                      className="num heat"
                      key={names[i]}
                      data-running={!over || undefined}
                      title={over ? undefined : t("chart.incomplete")}
                      style={style}
                    >
                      <Count cell={{ interval: start, bucket: i, ...named }} of={`${date}, ${names[i]}`}>
                        {text}
                      </Count>
                      {!over && <span className="unseen">{t("chart.incomplete")}</span>}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableScroll>
  );
}

const hours = { hour: 1, day: 24, week: 7 * 24, month: 28 * 24, minute: 1 };

// hasBegun says whether anybody of a cohort can be in a bucket by now; what is left empty is still to come.
function hasBegun(answer: RetentionAnswer, start: string, bucket: number): boolean {
  const after = (answer.buckets[bucket]?.from ?? 0) * hours[unitOf(answer)] * 3_600_000;
  return Date.parse(start) + after < Date.parse(answer.explain.complete_until);
}

// The darkest shade still lets the number be read in both themes.
const shade = (rate: number | null) =>
  rate ? `color-mix(in srgb, var(--accent) ${Math.round(4 + rate * 42)}%, var(--card))` : "transparent";
