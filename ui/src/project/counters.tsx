import { IconCircleCheck, IconClock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { counters as countersAsked } from "../api/keep";
import type { Counters, Project } from "../api/types";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { Section } from "../shell/section";
import { troubleText } from "../shell/trouble";
import { Refusals } from "./refusals";
import { sumsOf } from "./sums";

// CountersView says what became of everything received, and that the numbers add up.
export function CountersView({ project }: { project: Project }) {
  const { t } = useVoice();
  const asked = useQuery(countersAsked(project.id));
  const c = asked.data;
  return (
    <>
      <Section title={t("count.title")}>
        {asked.error && !c && <Notice kind="bad">{troubleText(asked.error, t)}</Notice>}
        {c && <Figures c={c} />}
        {c && <SumLines c={c} />}
        {c && c.strangers > 0 && (
          <Notice kind="warning">{t("count.strangers", { count: c.strangers })}</Notice>
        )}
      </Section>
      {c && <Refusals c={c} zone={project.zone} />}
    </>
  );
}

const figures = ["received", "accepted", "refused", "durable", "askable"] as const;

function Figures({ c }: { c: Counters }) {
  const { t, format } = useVoice();
  const { refused } = sumsOf(c);
  return (
    <dl className="figures">
      {figures.map((name) => (
        <div className="figure" key={name} data-name={name}>
          <dt>{t(`count.${name}`)}</dt>
          <dd className="figure-value">{format.number(name === "refused" ? refused : c[name])}</dd>
          <dd className="muted">{t(`count.${name}Hint`)}</dd>
        </div>
      ))}
    </dl>
  );
}

function SumLines({ c }: { c: Counters }) {
  const { t } = useVoice();
  const { refused, rest, holds } = sumsOf(c);
  const { received, accepted, durable, askable, duplicates, expired, erased } = c;
  const sumDurable =
    erased > 0 ? "count.sumDurableErased" : expired > 0 ? "count.sumDurableExpired" : "count.sumDurable";
  return (
    <ul className="sums" aria-label={t("count.sums")}>
      <SumLine holds={holds.received} text={t("count.sumReceived", { received, accepted, refused })} />
      <SumLine holds={holds.accepted} text={t("count.sumAccepted", { accepted, durable, rest })} />
      <SumLine
        holds={holds.durable}
        text={t(sumDurable, { durable, askable, duplicates, expired, erased })}
      />
    </ul>
  );
}

function SumLine({ holds, text }: { holds: boolean; text: string }) {
  const { t } = useVoice();
  const Icon = holds ? IconCircleCheck : IconClock;
  return (
    <li>
      <Icon size={16} className={holds ? "good" : "warning"} aria-hidden="true" />
      <span>{text}</span>
      <span className="muted">{holds ? t("count.holds") : t("count.moving")}</span>
    </li>
  );
}
