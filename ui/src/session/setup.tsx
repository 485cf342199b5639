import { Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { me } from "../api/keep";
import { Problem } from "../api/problem";
import { checkSetup } from "../api/session";
import { useVoice } from "../language/language";
import { LinkButton } from "../shell/link-button";
import { Notice } from "../shell/notice";
import { troubleText } from "../shell/trouble";
import { Alone } from "./alone";
import { tokenFrom } from "./arrival";
import { Recovery } from "./recovery";
import { OwnerAccount } from "./setup-account";

// Setup makes the owner's account. Who holds the one-time link of the terminal may do it.
export function Setup() {
  const { t } = useVoice();
  const [token] = useState(() => tokenFrom(location.hash));
  const [codes, setCodes] = useState<string[]>();
  const checked = useQuery({
    queryKey: ["setup", token],
    queryFn: async () => {
      await checkSetup(token);
      return true;
    },
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (codes) return <Recovery codes={codes} />;
  return (
    <Alone title={token === "" ? t("setup.noLink") : t("setup.title")}>
      {token === "" && <NoLink />}
      {checked.isLoading && <Loader size="sm" aria-label={t("setup.checking")} />}
      {checked.error && <BadLink error={checked.error} />}
      {checked.data && <OwnerAccount token={token} onCodes={setCodes} />}
    </Alone>
  );
}

function NoLink() {
  const { t } = useVoice();
  const asked = useQuery(me);
  if (asked.data && asked.data.state !== "setup") return <AlreadyDone />;
  return <p className="muted">{t("setup.noLinkHint")}</p>;
}

function BadLink({ error }: { error: Error }) {
  const { t } = useVoice();
  const asked = useQuery(me);
  if (asked.data && asked.data.state !== "setup") return <AlreadyDone />;
  const dead = error instanceof Problem && (error.status === 410 || error.status === 401);
  return <Notice kind="bad">{dead ? t("setup.deadLink") : troubleText(error, t)}</Notice>;
}

function AlreadyDone() {
  const { t } = useVoice();
  return (
    <div className="field-list">
      <Notice kind="info">{t("setup.done")}</Notice>
      <LinkButton to="/sign-in">{t("signIn.title")}</LinkButton>
    </div>
  );
}
