import { useRef, useState } from "react";
import type { FlowAnswer } from "../api/types";
import type { Asking, Shown } from "../builder/asking";
import { Footing } from "../builder/footing";
import { Nothing } from "../builder/nothing";
import { SegmentPicker } from "../builder/segment-picker";
import { Tables } from "../builder/tables";
import { keyOf, useValueWords } from "../builder/value";
import { Fact, Why } from "../builder/why";
import { useVoice } from "../language/language";
import { FlowFigure } from "./figure";
import { nodeName } from "./node";
import { defaultWindow, type FlowReport, propertiesOf } from "./report";
import { NodesTable, PathsTable } from "./table";

type FlowViewProps = {
  shown: Shown<FlowReport, FlowAnswer>;
  asking: Asking<FlowReport, FlowAnswer>;
  title: string;
  onChange: (report: FlowReport) => void;
};

// FlowView draws an answer: the ways, the nodes of each step, the most frequent paths.
export function FlowView({ shown, asking, title, onChange }: FlowViewProps) {
  const voice = useVoice();
  const { t, format } = voice;
  const words = useValueWords();
  const picture = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string>();
  const { report, answer } = shown;
  const flow = answer.flows.find((f) => keyOf(f) === chosen) ?? answer.flows[0];
  if (!flow) return <Nothing />;
  const name = (place: { step: number; node: unknown[]; other?: boolean }) =>
    nodeName(report, flow, place, words, voice);
  const at = (step: number, node: number) => name({ node: [], ...flow.steps[step]?.nodes[node], step });
  const counting = report.counting ?? "unique";
  return (
    <div className="answer" data-stale={asking.stale || undefined}>
      <SegmentPicker segments={answer.flows} chosen={flow} onPick={setChosen} />
      <div className="card picture flow-picture" ref={picture}>
        {flow.paths === 0 ? (
          <Nothing />
        ) : (
          <FlowFigure flow={flow} name={at} label={t("chart.label", { metrics: title })} />
        )}
      </div>
      <Tables
        title={title}
        picture={picture}
        sheet={() => ({
          head: [t("cell.step", { step: "" }), t("metric.event"), t("flow.count"), t("flow.dropOff")],
          rows: flow.steps.flatMap((step, s) =>
            step.nodes.map((node, n) => [s + 1, at(s, n), node.count, node.drop_off]),
          ),
        })}
        views={[
          {
            value: "nodes",
            label: t("flow.steps"),
            table: <NodesTable flow={flow} name={at} report={report} onChange={onChange} />,
          },
          { value: "paths", label: t("flow.top"), table: <PathsTable flow={flow} name={name} /> },
        ]}
      />
      <Footing answer={answer} asking={asking} properties={propertiesOf(report)}>
        <Why report={report} answer={answer}>
          <Fact name={t("flow.count")}>{t(`why.flow.${counting}`)}</Fact>
          {counting !== "session" && (
            <Fact name={t("funnel.window")}>
              {t("why.flow.window", { window: format.length(report.window ?? defaultWindow) })}
            </Fact>
          )}
          <Fact name={t("flow.dropOff")}>{t("why.flow.dropOff")}</Fact>
        </Why>
      </Footing>
    </div>
  );
}
