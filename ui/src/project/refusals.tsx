import type { Counters, Refusal } from "../api/types";
import { en } from "../language/en";
import { type Key, type Text, useVoice } from "../language/language";
import { Section } from "../shell/section";
import { TableScroll } from "../shell/table-scroll";
import { byReason } from "./sums";

// Refusals says what was refused and why: by reason, and the latest ones.
export function Refusals({ c, zone }: { c: Counters; zone: string }) {
  const { t } = useVoice();
  const reasons = byReason(c.refused);
  return (
    <Section title={t("count.byReason")}>
      {reasons.length === 0 && <p className="muted">{t("count.noneRefused")}</p>}
      {reasons.length > 0 && <ByReason reasons={reasons} />}
      {c.recent_refusals.length > 0 && <Latest refusals={c.recent_refusals} zone={zone} />}
    </Section>
  );
}

function ByReason({ reasons }: { reasons: [string, number][] }) {
  const { t, format } = useVoice();
  return (
    <TableScroll label={t("count.byReason")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("count.reason")}</th>
            <th scope="col" className="num">
              {t("count.number")}
            </th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(([reason, n]) => (
            <tr key={reason}>
              <th scope="row" className="wrap">
                <code className="mono muted">{reason}</code> {reasonText(reason, t)}
              </th>
              <td className="num strong">{format.number(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function Latest({ refusals, zone }: { refusals: Refusal[]; zone: string }) {
  const { t, format } = useVoice();
  return (
    <div>
      <h3>{t("count.recent")}</h3>
      <p className="muted">{t("count.recentHint")}</p>
      <TableScroll label={t("count.recent")} className="latest">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("count.time")}</th>
              <th scope="col">{t("count.event")}</th>
              <th scope="col">{t("count.field")}</th>
              <th scope="col">{t("count.reason")}</th>
            </tr>
          </thead>
          <tbody>
            {refusals.map((refusal, i) => (
              <tr key={`${refusal.time} ${i}`}>
                <td>{format.moment(new Date(refusal.time), zone)}</td>
                <td className="wrap">
                  {refusal.event || <span className="muted faint">{t("count.noName")}</span>}
                </td>
                <td className="wrap">
                  {refusal.field ? (
                    <code className="mono">{refusal.field}</code>
                  ) : (
                    <span className="muted faint">{t("count.wholeRecord")}</span>
                  )}
                </td>
                <td className="wrap">{reasonText(refusal.reason, t)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </div>
  );
}

// reasonText explains a reason; one without words of ours stands as it is.
function reasonText(reason: string, t: Text): string {
  const key = `reason.${reason}`;
  return key in en ? t(key as Key & "reason.not_json") : reason;
}
