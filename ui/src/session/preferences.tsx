import { Button, Switch } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { me } from "../api/keep";
import { signOut } from "../api/session";
import type { Me } from "../api/types";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { Page } from "../shell/page";
import { setSingleKeys, singleKeys } from "../shell/place";
import { PlaceCredit } from "../shell/place-credit";
import { Section } from "../shell/section";
import { troubleText } from "../shell/trouble";
import { LanguageChoice, ThemeChoice } from "./look";

// Preferences are kept in this browser, but for the account.
export function Preferences() {
  const { t } = useVoice();
  const asked = useQuery(me);
  return (
    <Page title={t("preferences.title")}>
      <div className="page-body">
        <div className="page-pad sections">
          <Look />
          {asked.data && <Account me={asked.data} />}
          {asked.data && <About me={asked.data} />}
        </div>
      </div>
    </Page>
  );
}

function Look() {
  const { t } = useVoice();
  const [keys, setKeys] = useState(singleKeys);
  return (
    <Section title={t("preferences.look")} hint={t("preferences.lookHint")}>
      <dl className="settings">
        <dt>{t("shell.language")}</dt>
        <dd>
          <LanguageChoice label={t("shell.language")} />
        </dd>
        <dt>{t("shell.theme")}</dt>
        <dd>
          <ThemeChoice label={t("shell.theme")} />
        </dd>
      </dl>
      <Switch
        label={t("preferences.keys")}
        description={t("preferences.keysHint")}
        checked={keys}
        onChange={(e) => {
          setSingleKeys(e.currentTarget.checked);
          setKeys(e.currentTarget.checked);
        }}
      />
    </Section>
  );
}

function Account({ me: { login } }: { me: Me }) {
  const { t } = useVoice();
  const keeper = useQueryClient();
  const router = useRouter();
  const left = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      // Nothing of the session stays in memory.
      keeper.clear();
      router.history.replace("/sign-in");
    },
  });
  return (
    <Section title={t("preferences.account")}>
      <p>{t("preferences.signedIn", { login: login ?? "" })}</p>
      {left.error && <Notice kind="bad">{troubleText(left.error, t)}</Notice>}
      <div>
        <Button
          variant="default"
          leftSection={<IconLogout size={16} />}
          loading={left.isPending}
          onClick={() => left.mutate()}
        >
          {t("preferences.signOut")}
        </Button>
      </div>
    </Section>
  );
}

function About({ me: { version, place_data } }: { me: Me }) {
  const { t } = useVoice();
  return (
    <Section title={t("preferences.about")}>
      <p>{t("preferences.version", { version })}</p>
      {place_data.installed ? <PlaceCredit /> : <p className="muted">{t("preferences.noPlaces")}</p>}
    </Section>
  );
}
