import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { confirmSetup } from "../api/session";
import { useVoice } from "../language/language";
import { useArrival } from "./arrival";
import { faultAt } from "./field";
import { QrCode } from "./qr-code";
import { type OwnerProps, SetupTrouble } from "./setup-account";

type Enrolment = { enrolment: string; totp_secret: string; totp_uri: string };

// SecondProof shows the authenticator's secret and wants its first code.
export function SecondProof(props: OwnerProps & { enrolment: Enrolment; onBack: () => void }) {
  const { token, enrolment, onCodes, onBack } = props;
  const { t } = useVoice();
  const [code, setCode] = useState("");
  const arrive = useArrival();
  const confirmed = useMutation({
    mutationFn: async () => {
      const made = await confirmSetup(token, enrolment.enrolment, code.replace(/\s/g, ""));
      if (made.recovery_codes?.length) onCodes(made.recovery_codes);
      else await arrive();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirmed.mutate();
  };
  return (
    <form className="field-list" onSubmit={submit}>
      <h2>{t("setup.codeTitle")}</h2>
      <p className="muted">{t("setup.codeIntro")}</p>
      <QrCode text={enrolment.totp_uri} label={t("setup.codePicture")} />
      <div>
        <p className="muted">{t("setup.codeByHand")}</p>
        <code className="secret">{grouped(enrolment.totp_secret)}</code>
      </div>
      <TextInput
        required
        withAsterisk={false}
        autoFocus
        autoComplete="one-time-code"
        inputMode="numeric"
        label={t("setup.code")}
        value={code}
        error={faultAt(confirmed.error, "code", t)}
        onChange={(e) => setCode(e.currentTarget.value)}
      />
      <SetupTrouble error={confirmed.error} fields={["code"]} />
      <div className="row">
        <Button variant="default" onClick={onBack}>
          {t("setup.back")}
        </Button>
        <Button type="submit" className="spread" loading={confirmed.isPending}>
          {t("setup.finish")}
        </Button>
      </div>
    </form>
  );
}

// grouped writes a secret in fours, to be typed.
const grouped = (secret: string) => secret.replace(/(.{4})(?=.)/g, "$1 ");
