import type { FunnelAnswer } from "../api/types";
import { Fact, Why } from "../builder/why";
import { useVoice } from "../language/language";
import { defaultWindow, type FunnelReport } from "./report";

// FunnelWhy says in words what the numbers of a funnel mean.
export function FunnelWhy({ report, answer }: { report: FunnelReport; answer: FunnelAnswer }) {
  const { t, format } = useVoice();
  const order = report.order ?? "loose";
  const counting = report.counting ?? "unique";
  const window = format.length(report.window ?? defaultWindow);
  return (
    <Why report={report} answer={answer}>
      <Fact name={t("funnel.count")}>{t(`why.funnel.${counting}`)}</Fact>
      <Fact name={t("funnel.order")}>{t(`why.order.${order}`)}</Fact>
      {counting !== "session" && <Fact name={t("funnel.window")}>{t("why.funnel.window", { window })}</Fact>}
      {report.hold && (
        <Fact name={t("funnel.hold")}>{t("why.funnel.hold", { properties: format.list(report.hold) })}</Fact>
      )}
      {report.by && <Fact name={t("funnel.luck")}>{t("why.funnel.luck")}</Fact>}
    </Why>
  );
}
