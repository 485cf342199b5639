import { Button, Checkbox, CopyButton } from "@mantine/core";
import { IconCopy, IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useVoice } from "../language/language";
import { Alone } from "./alone";
import { useArrival } from "./arrival";
import { SetupTrouble } from "./setup-account";

// Recovery shows the recovery codes, this one time.
export function Recovery({ codes }: { codes: string[] }) {
  const { t } = useVoice();
  const [kept, setKept] = useState(false);
  const arrive = useArrival();
  const opened = useMutation({ mutationFn: () => arrive() });
  const text = `${t("setup.recoveryFile", { host: location.host })}\n\n${codes.join("\n")}\n`;
  return (
    <Alone title={t("setup.recoveryTitle")}>
      <div className="field-list">
        <p className="muted">{t("setup.recoveryIntro")}</p>
        <ul className="card recovery-codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <div className="row">
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button variant="default" leftSection={<IconCopy size={16} />} onClick={copy}>
                {copied ? t("copy.done") : t("copy.do")}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => download(text)}>
            {t("setup.download")}
          </Button>
        </div>
        <Checkbox
          label={t("setup.recoveryKept")}
          checked={kept}
          onChange={(e) => setKept(e.currentTarget.checked)}
        />
        <SetupTrouble error={opened.error} fields={[]} />
        <Button disabled={!kept} loading={opened.isPending} onClick={() => opened.mutate()}>
          {t("setup.open")}
        </Button>
      </div>
    </Alone>
  );
}

// download hands a text to the browser as a file.
function download(text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "jejak-recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(address);
}
