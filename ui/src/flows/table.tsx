import { ActionIcon } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import type { FlowGraph } from "../api/types";
import { useVoice } from "../language/language";
import { Count } from "../people/count";
import { TableScroll } from "../shell/table-scroll";
import { cellOf } from "./node";
import type { FlowReport } from "./report";

type NodesTableProps = {
  flow: FlowGraph;
  name: (step: number, node: number) => string;
  report: FlowReport;
  onChange: (report: FlowReport) => void;
};

// NodesTable lists the nodes of each step. An event that says nothing is hidden from here.
export function NodesTable({ flow, name, report, onChange }: NodesTableProps) {
  const { t, format } = useVoice();
  const hide = (event: string) =>
    onChange({ ...report, hidden: [...new Set([...(report.hidden ?? []), event])], behind: undefined });
  return (
    <TableScroll label={t("flow.steps")}>
      <table className="table">
        <caption className="unseen">{t("flow.steps")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("funnel.stepHead")}</th>
            <th scope="col">{t("metric.event")}</th>
            <th scope="col" className="num">
              {t("flow.count")}
            </th>
            <th scope="col" className="num">
              {t("flow.share")}
            </th>
            <th scope="col" className="num">
              {t("flow.dropOff")}
            </th>
            <th scope="col">
              <span className="unseen">{t("flow.hide")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {flow.steps.flatMap((step, s) =>
            step.nodes.map((node, n) => {
              const label = name(s, n);
              const event = node.node[0];
              const cell = cellOf(flow, s, n);
              return (
                <tr key={`${s} ${n}`}>
                  <td className="muted">{s + 1}</td>
                  <th scope="row">
                    <span className={node.other ? "cut muted faint" : "cut"} title={label}>
                      {label}
                    </span>
                  </th>
                  <td className="num strong">
                    <Count cell={cell} of={label}>
                      {format.number(node.count)}
                    </Count>
                  </td>
                  <td className="num">{flow.paths ? format.percent(node.count / flow.paths) : "–"}</td>
                  <td className="num">
                    <Count cell={{ ...cell, drop_off: true }} of={`${label}, ${t("flow.dropOff")}`}>
                      {format.number(node.drop_off)}
                    </Count>
                  </td>
                  <td>
                    {typeof event === "string" && (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        size="sm"
                        aria-label={t("flow.hideName", { name: event })}
                        title={t("flow.hideName", { name: event })}
                        onClick={() => hide(event)}
                      >
                        <IconEyeOff size={15} />
                      </ActionIcon>
                    )}
                  </td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
    </TableScroll>
  );
}

type PathsTableProps = {
  flow: FlowGraph;
  name: (place: { step: number; node: unknown[] }) => string;
};

// PathsTable lists the most frequent ways.
export function PathsTable({ flow, name }: PathsTableProps) {
  const { t, format } = useVoice();
  return (
    <TableScroll label={t("flow.top")}>
      <table className="table">
        <caption className="unseen">{t("flow.top")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("flow.way")}</th>
            <th scope="col" className="num">
              {t("flow.count")}
            </th>
            <th scope="col" className="num">
              {t("flow.share")}
            </th>
          </tr>
        </thead>
        <tbody>
          {(flow.top ?? []).map((path, i) => (
            <tr key={i}>
              <th scope="row" className="flow-way">
                {path.steps.map(name).join(" → ")}
                {path.drop_off && <span className="muted"> → {t("flow.end")}</span>}
              </th>
              <td className="num strong">{format.number(path.count)}</td>
              <td className="num">{flow.paths ? format.percent(path.count / flow.paths) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
