import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { Project } from "../api/types";
import { useVoice } from "../language/language";
import { CodeBlock } from "../shell/code-block";
import { Secret } from "../shell/secret";
import { Section } from "../shell/section";
import { browserSnippet, curlSnippet, nodeSnippet } from "./snippets";

const ways = [
  { value: "browser", hint: "data.browserHint", write: browserSnippet },
  { value: "node", hint: "data.nodeHint", write: nodeSnippet },
  { value: "curl", hint: "data.curlHint", write: curlSnippet },
] as const;

// Send has the project's token and a snippet for each way to send events, ready to be pasted.
export function Send({ project }: { project: Project }) {
  const { t } = useVoice();
  const [chosen, setChosen] = useState<string>("browser");
  const way = ways.find((w) => w.value === chosen) ?? ways[0];
  return (
    <Section
      title={t("data.send")}
      action={
        <SegmentedControl
          aria-label={t("data.sdk")}
          value={way.value}
          onChange={setChosen}
          data={ways.map(({ value }) => ({ value, label: t(`data.${value}`) }))}
        />
      }
    >
      <p className="muted">{t(way.hint)}</p>
      <CodeBlock text={way.write(location.origin, project.token)} label={t(`data.${way.value}`)} />
      <dl className="secrets">
        <Secret name={t("data.token")} value={project.token} hint={t("data.tokenHint")} />
      </dl>
      {isElsewhereUnsafe() && <p className="muted">{t("data.notOverTLS")}</p>}
    </Section>
  );
}

const isElsewhereUnsafe = () => location.protocol === "http:";
