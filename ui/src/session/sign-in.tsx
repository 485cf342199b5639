import { Button, PasswordInput, TextInput } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { beginPasskey, finishPasskey, signInPassword } from "../api/session";
import { useVoice } from "../language/language";
import { Notice } from "../shell/notice";
import { Alone } from "./alone";
import { doorText, useArrival } from "./arrival";
import { ObstacleNote } from "./obstacle";
import { obstacleHere, provePasskey } from "./passkey";

// SignIn lets somebody in by passkey, or by password and code, and goes on to the page that was wanted.
export function SignIn() {
  const { t } = useVoice();
  const { next } = useSearch({ from: "/sign-in" });
  const obstacle = obstacleHere();
  return (
    <Alone title={t("signIn.title")}>
      <div className="field-list">
        {obstacle ? <ObstacleNote obstacle={obstacle} /> : <ByPasskey next={next} />}
        {!obstacle && <div className="or muted">{t("signIn.or")}</div>}
        <ByPassword next={next} />
      </div>
    </Alone>
  );
}

type DoorProps = { next: string | undefined };

function ByPasskey({ next }: DoorProps) {
  const { t } = useVoice();
  const arrive = useArrival();
  const entered = useMutation({
    mutationFn: async () => {
      const { ceremony, publicKey } = await beginPasskey();
      await finishPasskey(ceremony, await provePasskey(publicKey));
      await arrive(next);
    },
  });
  return (
    <>
      <Button
        leftSection={<IconFingerprint size={18} />}
        loading={entered.isPending}
        onClick={() => entered.mutate()}
      >
        {t("signIn.passkey")}
      </Button>
      <DoorTrouble error={entered.error} wrong={t("signIn.wrongPasskey")} />
    </>
  );
}

function ByPassword({ next }: DoorProps) {
  const { t } = useVoice();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const arrive = useArrival();
  const entered = useMutation({
    mutationFn: async () => {
      await signInPassword(login, password, code.trim());
      await arrive(next);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entered.mutate();
  };
  return (
    <form className="field-list" onSubmit={submit}>
      <TextInput
        required
        withAsterisk={false}
        autoComplete="username"
        label={t("signIn.login")}
        value={login}
        onChange={(e) => setLogin(e.currentTarget.value)}
      />
      <PasswordInput
        required
        withAsterisk={false}
        autoComplete="current-password"
        label={t("signIn.password")}
        visibilityToggleButtonProps={{ "aria-label": t("signIn.reveal") }}
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
      />
      <TextInput
        required
        withAsterisk={false}
        autoComplete="one-time-code"
        label={t("signIn.code")}
        description={t("signIn.codeHint")}
        value={code}
        onChange={(e) => setCode(e.currentTarget.value)}
      />
      <DoorTrouble error={entered.error} wrong={t("signIn.wrong")} />
      <Button type="submit" variant={obstacleHere() ? "filled" : "default"} loading={entered.isPending}>
        {t("signIn.submit")}
      </Button>
    </form>
  );
}

function DoorTrouble({ error, wrong }: { error: unknown; wrong: string }) {
  const { t } = useVoice();
  if (!error) return null;
  return <Notice kind="bad">{doorText(error, t, { 401: wrong, 410: t("signIn.begunTooLong") })}</Notice>;
}
