import { useContext, useMemo } from "react";
import type { FlowGraph } from "../api/types";
import { cutText, useWidth } from "../chart/width";
import { useVoice } from "../language/language";
import { BehindContext } from "../people/count";
import { TableScroll } from "../shell/table-scroll";
import { type Box, layoutOf, pathOf } from "./layout";
import { cellOf } from "./node";

const tall = 420;

type FlowFigureProps = { flow: FlowGraph; name: (step: number, node: number) => string; label: string };

// FlowFigure draws the ways as bands between the nodes of the steps (a Sankey picture).
export function FlowFigure({ flow, name, label }: FlowFigureProps) {
  const { t, format } = useVoice();
  const open = useContext(BehindContext);
  const [place, room] = useWidth<HTMLDivElement>();
  const drawn = useMemo(() => layoutOf(flow, room, tall), [flow, room]);
  const named = (box: Box) => name(box.step, box.node);
  return (
    <div ref={place}>
      <TableScroll label={label}>
        {room > 0 && (
          <svg className="figure" width={drawn.width} height={drawn.height} role="img" aria-label={label}>
            {drawn.bands.map((band) => (
              <path key={band.key} className="flow-band" d={pathOf(band)}>
                <title>{`${named(band.from)} → ${named(band.to)}: ${format.number(band.count)}`}</title>
              </path>
            ))}
            {drawn.boxes.map((box) => (
              <g key={`${box.step} ${box.node}`}>
                {/* biome-ignore lint/a11y/noStaticElementInteractions: the table below has the same by keyboard */}
                <rect
                  className="hot"
                  x={box.x}
                  y={box.y}
                  width={box.width}
                  height={box.height}
                  rx={2}
                  style={{ fill: "var(--accent)" }}
                  onClick={() => open?.(cellOf(flow, box.step, box.node))}
                >
                  <title>{`${named(box)}: ${format.number(box.count)}`}</title>
                </rect>
                <text x={box.x} y={box.y - 5} style={{ fill: "var(--ink)", fontSize: 12.5, fontWeight: 600 }}>
                  {cutText(`${format.short(box.count)}  ${named(box)}`, drawn.column - 12, 12.5, 600)}
                </text>
                {box.dropOff > 0 && box.height > 30 && (
                  <text
                    x={box.x + box.width + 5}
                    y={box.y + box.height - 5}
                    style={{ fill: "var(--muted)", fontSize: 11.5 }}
                  >
                    {cutText(t("flow.ended", { short: format.short(box.dropOff) }), drawn.column - 30, 11.5)}
                  </text>
                )}
              </g>
            ))}
          </svg>
        )}
      </TableScroll>
    </div>
  );
}
