import type { FunnelAnswer, FunnelTable } from "../api/types";
import { keyOf, segmentOf } from "../builder/value";
import { colourVariable } from "../chart/colours";
import { useVoice } from "../language/language";
import { Count } from "../people/count";
import { TableScroll } from "../shell/table-scroll";
import type { FunnelBar } from "./figure";

// StepsTable has a row for each step: who came, who went, how long it took.
export function StepsTable({ table, names }: { table: FunnelTable | undefined; names: string[] }) {
  const { t, format } = useVoice();
  const steps = table?.steps ?? [];
  const share = (rate: number | null) => (rate === null ? "–" : format.percent(rate));
  const time = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? "–" : format.length(seconds);
  return (
    <TableScroll label={t("table.totals")}>
      <table className="table">
        <caption className="unseen">{t("table.totals")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("funnel.stepHead")}</th>
            <th scope="col" className="num">
              {t("funnel.count")}
            </th>
            <th scope="col" className="num">
              {t("funnel.rate")}
            </th>
            <th scope="col" className="num">
              {t("funnel.stepRate")}
            </th>
            <th scope="col" className="num">
              {t("funnel.lostHead")}
            </th>
            <th scope="col" className="num">
              {t("funnel.medianStep")}
            </th>
            <th scope="col" className="num">
              {t("funnel.medianStart")}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step, i) => {
            const next = steps[i + 1];
            const of = names[i] ?? "";
            return (
              <tr key={i}>
                <th scope="row">
                  <span className="row-name">
                    <span className="muted">{i + 1}</span>
                    <span className="cut" title={of}>
                      {of}
                    </span>
                  </span>
                </th>
                <td className="num strong">
                  <Count cell={{ step: i + 1 }} of={of}>
                    {format.number(step.count)}
                  </Count>
                </td>
                <td className="num">{share(step.rate)}</td>
                <td className="num">{share(step.step_rate)}</td>
                <td className="num">
                  {next ? (
                    <Count cell={{ step: i + 1, dropped: true }} of={t("funnel.lostOf", { step: of })}>
                      {format.number(step.count - next.count)}
                    </Count>
                  ) : (
                    "–"
                  )}
                </td>
                <td className="num">{time(step.from_previous?.median)}</td>
                <td className="num">{time(step.from_start?.median)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </TableScroll>
  );
}

type SegmentsTableProps = { answer: FunnelAnswer; bars: FunnelBar[]; names: string[]; by: string[] };

// SegmentsTable has a row for each segment: its steps, its conversion, and whether that may be luck.
export function SegmentsTable({ answer, bars, names, by }: SegmentsTableProps) {
  const { t } = useVoice();
  return (
    <TableScroll label={t("table.totals")}>
      <table className="table funnel-table">
        <caption className="unseen">{t("table.totals")}</caption>
        <thead>
          <tr>
            <th scope="col">{by.join(" · ")}</th>
            <th scope="col" className="num">
              {t("funnel.conversionHead")}
            </th>
            {names.map((name, i) => (
              <th scope="col" className="num head-cut" key={i} title={name}>
                {i + 1} · {name}
              </th>
            ))}
            <th scope="col" className="num">
              {t("funnel.medianStart")}
            </th>
            <th scope="col">{t("funnel.luck")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted(answer.funnels).map((table) => (
            <SegmentRow
              key={keyOf(table)}
              table={table}
              bar={bars.find((bar) => bar.key === keyOf(table))}
              whole={answer.funnels.find((f) => f.segment.length === 0 && !f.other)}
            />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

// The whole stands last, other before it.
function sorted(tables: FunnelTable[]): FunnelTable[] {
  const place = (table: FunnelTable) => (table.other ? 1 : table.segment.length === 0 ? 2 : 0);
  return [...tables].sort((a, b) => place(a) - place(b));
}

type SegmentRowProps = { table: FunnelTable; bar: FunnelBar | undefined; whole: FunnelTable | undefined };

function SegmentRow({ table, bar, whole }: SegmentRowProps) {
  const { t, format } = useVoice();
  const label = bar?.label ?? t("value.overall");
  const named = segmentOf(table);
  const last = table.steps.at(-1);
  const median = last?.from_start?.median;
  return (
    <tr data-kind={table.segment.length === 0 ? "overall" : undefined}>
      <th scope="row">
        <span className="row-name">
          {bar && <span className="tip-dot" style={{ background: colourVariable(bar.colour) }} />}
          <span className={table.segment.length === 0 ? "cut muted faint" : "cut"} title={label}>
            {label}
          </span>
        </span>
      </th>
      <td className="num strong">{last?.rate == null ? "–" : format.percent(last.rate)}</td>
      {table.steps.map((step, i) => (
        <td className="num" key={i}>
          <Count cell={{ step: i + 1, ...named }} of={label}>
            {format.number(step.count)}
          </Count>
        </td>
      ))}
      <td className="num">{median == null ? "–" : format.length(median)}</td>
      <td>
        <Luck table={table} whole={whole} />
      </td>
    </tr>
  );
}

// A difference is called one from this likelihood that it is not luck.
const sure = 0.95;

function Luck({ table, whole }: { table: FunnelTable; whole: FunnelTable | undefined }) {
  const { t, format } = useVoice();
  const rate = table.steps.at(-1)?.rate;
  const all = whole?.steps.at(-1)?.rate;
  if (table.p === null || rate == null || all == null) return <span className="muted">–</span>;
  const certain = t("funnel.certain", { share: format.percent(1 - table.p) });
  if (1 - table.p < sure) return <span className="muted">{t("funnel.maybeLuck")}</span>;
  return rate > all ? (
    <span className="good">
      ↑ {t("funnel.better")} <span className="muted">{certain}</span>
    </span>
  ) : (
    <span className="bad">
      ↓ {t("funnel.worse")} <span className="muted">{certain}</span>
    </span>
  );
}
