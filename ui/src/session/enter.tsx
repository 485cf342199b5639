import { Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { signInLink } from "../api/session";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { Alone } from "./alone";
import { doorText, tokenFrom, useArrival } from "./arrival";

// Enter signs in with a one-time link of the terminal. The cache makes sure that the token is sent once, however often
// the page is drawn.
export function Enter() {
  const { t } = useVoice();
  const [token] = useState(() => tokenFrom(location.hash));
  const arrive = useArrival();
  const entered = useQuery({
    queryKey: ["enter", token],
    queryFn: async () => {
      await signInLink(token);
      await arrive();
      return true;
    },
    enabled: token !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const words = { 401: t("enter.deadLink"), 410: t("enter.deadLink") };
  return (
    <Alone title={t("enter.title")}>
      <div className="field-list">
        {token === "" && <Notice kind="warning">{t("enter.noLink")}</Notice>}
        {entered.isLoading && (
          <p className="row muted" role="status">
            <Loader size="xs" aria-hidden="true" /> {t("enter.working")}
          </p>
        )}
        {entered.error && <Notice kind="bad">{doorText(entered.error, t, words)}</Notice>}
      </div>
    </Alone>
  );
}
