import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useVoice } from "../language/language";
import { Notice } from "./notice";
import { troubleText } from "./trouble";

// Lost stands where a page does not exist or could not be drawn.
export function Lost({ error }: Partial<ErrorComponentProps>) {
  const { t } = useVoice();
  return (
    <div className="alone">
      <main>
        {error ? (
          <Notice kind="bad">{troubleText(error, t)}</Notice>
        ) : (
          <>
            <h1>{t("shell.lost")}</h1>
            <p className="muted">{t("shell.lostHint")}</p>
          </>
        )}
        <div className="field-list">
          <Button component={Link} to="/" reloadDocument variant="default">
            {t("shell.toStart")}
          </Button>
        </div>
      </main>
    </div>
  );
}
