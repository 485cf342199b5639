import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useVoice } from "../language/language";
import { LinkButton } from "./link-button";
import { Notice } from "./notice";
import { troubleText } from "./trouble";

// Lost stands where a page does not exist.
export function Lost() {
  const { t } = useVoice();
  return (
    <Instead>
      <h1>{t("shell.lost")}</h1>
      <p className="muted">{t("shell.lostHint")}</p>
    </Instead>
  );
}

// Broken stands where a page could not be drawn.
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useVoice();
  return (
    <Instead>
      <Notice kind="bad">{troubleText(error, t)}</Notice>
    </Instead>
  );
}

function Instead({ children }: { children: ReactNode }) {
  const { t } = useVoice();
  return (
    <div className="alone">
      <main>
        {children}
        <div className="field-list">
          <LinkButton to="/" reloadDocument variant="default">
            {t("shell.toStart")}
          </LinkButton>
        </div>
      </main>
    </div>
  );
}
