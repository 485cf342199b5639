import { Button, PasswordInput, SegmentedControl, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { beginSetupPasskey, finishSetupPasskey, setUpPassword } from "../api/session";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { doorText, useArrival } from "./arrival";
import { faultAt, isAtField } from "./field";
import { ObstacleNote } from "./obstacle";
import { makePasskey, obstacleHere } from "./passkey";
import { SecondProof } from "./second-proof";

export type OwnerProps = { token: string; onCodes: (codes: string[]) => void };

type Way = "passkey" | "password";

// OwnerAccount asks for a name and a way to sign in: a passkey, or a password that a second proof follows.
export function OwnerAccount({ token, onCodes }: OwnerProps) {
  const { t } = useVoice();
  const obstacle = obstacleHere();
  const [way, setWay] = useState<Way>(obstacle ? "password" : "passkey");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const passkey = usePasskeySetup(token, onCodes);
  const begun = useMutation({ mutationFn: () => setUpPassword(token, login, password) });
  const asked = way === "passkey" ? passkey : begun;
  if (begun.data) {
    return <SecondProof token={token} enrolment={begun.data} onCodes={onCodes} onBack={begun.reset} />;
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (way === "passkey") passkey.mutate(login);
    else begun.mutate();
  };
  return (
    <form className="field-list" onSubmit={submit}>
      <p className="muted">{t("setup.intro")}</p>
      <TextInput
        required
        withAsterisk={false}
        data-autofocus
        autoFocus
        autoComplete="username"
        label={t("setup.login")}
        description={t("setup.loginHint")}
        value={login}
        error={faultAt(asked.error, "login", t)}
        onChange={(e) => setLogin(e.currentTarget.value)}
      />
      {!obstacle && <WaySwitch way={way} onChange={setWay} />}
      {way === "passkey" && <p className="muted">{t("setup.passkeyHint")}</p>}
      {way === "password" && (
        <PasswordInput
          required
          withAsterisk={false}
          autoComplete="new-password"
          minLength={10}
          label={t("setup.password")}
          description={t("setup.passwordHint")}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.reveal") }}
          value={password}
          error={faultAt(asked.error, "password", t)}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
      )}
      <SetupTrouble error={asked.error} fields={["login", "password"]} />
      <Button type="submit" loading={asked.isPending}>
        {way === "passkey" ? t("setup.makePasskey") : t("setup.next")}
      </Button>
      {obstacle && <ObstacleNote obstacle={obstacle} />}
    </form>
  );
}

function usePasskeySetup(token: string, onCodes: OwnerProps["onCodes"]) {
  const arrive = useArrival();
  return useMutation({
    mutationFn: async (login: string) => {
      const { enrolment, publicKey } = await beginSetupPasskey(token, login);
      const made = await finishSetupPasskey(token, enrolment, await makePasskey(publicKey));
      if (made.recovery_codes?.length) onCodes(made.recovery_codes);
      else await arrive();
    },
  });
}

function WaySwitch({ way, onChange }: { way: Way; onChange: (way: Way) => void }) {
  const { t } = useVoice();
  return (
    <SegmentedControl
      fullWidth
      aria-label={t("setup.way")}
      value={way}
      onChange={(value) => onChange(value === "passkey" ? "passkey" : "password")}
      data={[
        { value: "passkey", label: t("setup.withPasskey") },
        { value: "password", label: t("setup.withPassword") },
      ]}
    />
  );
}

// SetupTrouble says what no field says.
export function SetupTrouble({ error, fields }: { error: unknown; fields: string[] }) {
  const { t } = useVoice();
  if (!error || isAtField(error, fields)) return null;
  const words = { 401: t("setup.deadLink"), 410: t("signIn.begunTooLong") };
  return <Notice kind="bad">{doorText(error, t, words)}</Notice>;
}
