import { ActionIcon, Button } from "@mantine/core";
import { IconBolt, IconClock, IconRefresh } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { ReportAnswer } from "../api/types";
import { useVoice } from "../language/language";
import { PlaceCredit } from "../shell/place-credit";
import { hasPlace } from "../shell/places";
import type { Asking } from "./asking";

type FootingProps = {
  answer: ReportAnswer;
  asking: Asking<unknown, unknown>;
  // properties are those whose values are shown or asked for.
  properties: string[];
  // children say why the numbers are what they are.
  children: ReactNode;
};

// Footing says what an answer rests on.
export function Footing({ answer, asking, properties, children }: FootingProps) {
  const { t, format } = useVoice();
  const [why, setWhy] = useState(false);
  const { explain, range, segments } = answer;
  return (
    <>
      <div className="footing">
        <span className="row">
          <IconBolt size={15} aria-hidden="true" />
          {t("answer.cost", {
            took: format.duration(explain.took_ms),
            read: format.short(explain.rows_read),
            count: explain.rows_read,
          })}
        </span>
        <span className="row">
          <IconClock size={15} aria-hidden="true" />
          {range.zone}
        </span>
        {segments && segments.all > segments.shown && (
          <span>{t("answer.segments", { shown: segments.shown, count: segments.all })}</span>
        )}
        <Button
          variant="transparent"
          size="compact-sm"
          className="why-button"
          aria-expanded={why}
          aria-controls="why"
          onClick={() => setWhy(!why)}
        >
          {t("answer.why")}
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t("answer.again")}
          title={t("answer.again")}
          onClick={asking.again}
        >
          <IconRefresh size={15} />
        </ActionIcon>
        {hasPlace(properties) && <PlaceCredit />}
      </div>
      {why && children}
    </>
  );
}
