import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useVoice } from "../language/language";

// CopyText copies a text and says so.
export function CopyText({ text }: { text: string }) {
  const { t } = useVoice();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="compact-sm"
          className="copy-text"
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          onClick={copy}
        >
          {copied ? t("copy.done") : t("copy.do")}
        </Button>
      )}
    </CopyButton>
  );
}
