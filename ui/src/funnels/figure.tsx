import { useContext } from "react";
import type { FunnelTable } from "../api/types";
import { type Colour, colourVariable } from "../chart/colours";
import { cutText, useWidth } from "../chart/width";
import { useVoice } from "../language/language";
import { BehindContext } from "../people/count";
import { TableScroll } from "../shell/table-scroll";

export type FunnelBar = { key: string; label: string; colour: Colour; table: FunnelTable };

const plot = 260;
const top = 26;
const foot = 74;
const gap = 28;
const least = 132;
const widest = 72;

type FigureProps = { bars: FunnelBar[]; steps: string[]; label: string };

// StepsFigure draws a bar for each step and segment: how many came so far, and pale, who was lost since the step before.
export function StepsFigure({ bars, steps, label }: FigureProps) {
  const [place, room] = useWidth<HTMLDivElement>();
  const across = Math.max(room / steps.length, least);
  const width = across * steps.length;
  return (
    <div ref={place}>
      <TableScroll label={label}>
        {room > 0 && (
          <svg
            className="figure"
            width={width}
            height={top + plot + (bars.length === 1 ? foot : foot / 2)}
            role="img"
            aria-label={label}
          >
            {[0, 0.25, 0.5, 0.75, 1].map((share) => (
              <line
                key={share}
                x1={0}
                x2={width}
                y1={top + plot * (1 - share)}
                y2={top + plot * (1 - share)}
                style={{ stroke: "var(--line)" }}
              />
            ))}
            {steps.map((step, i) => (
              <Step key={i} bars={bars} step={step} place={i} left={across * i} across={across} />
            ))}
          </svg>
        )}
      </TableScroll>
    </div>
  );
}

type StepProps = { bars: FunnelBar[]; step: string; place: number; left: number; across: number };

function Step({ bars, step, place, left, across }: StepProps) {
  const { t, format } = useVoice();
  const each = Math.min((across - gap) / bars.length, widest);
  const first = left + 8;
  const alone = bars.length === 1 ? bars[0]?.table.steps : undefined;
  const now = alone?.[place];
  const lost = alone && place > 0 ? (alone[place - 1]?.count ?? 0) - (now?.count ?? 0) : undefined;
  const text = { fill: "var(--muted)", fontSize: 12.5 };
  const line = top + plot + 20;
  return (
    <g>
      {bars.map((bar, i) => (
        <Bar key={bar.key} bar={bar} place={place} x={first + each * i} width={Math.max(each - 4, 2)} />
      ))}
      <text x={first} y={line} style={{ fill: "var(--ink)", fontSize: 13, fontWeight: 600 }}>
        {cutText(`${place + 1}  ${step}`, across - 16, 13, 600)}
        <title>{step}</title>
      </text>
      {now && (
        <text x={first} y={line + 19} style={text}>
          {cutText(t("funnel.reached", { count: now.count, short: format.number(now.count) }), across - 16)}
        </text>
      )}
      {now && lost !== undefined && (
        <text x={first} y={line + 38} style={text}>
          {cutText(
            t("funnel.lost", {
              share: format.percent(1 - (now.step_rate ?? 0)),
              short: format.number(lost),
            }),
            across - 16,
          )}
        </text>
      )}
    </g>
  );
}

type BarProps = { bar: FunnelBar; place: number; x: number; width: number };

function Bar({ bar, place, x, width }: BarProps) {
  const { format } = useVoice();
  const open = useContext(BehindContext);
  const { steps, segment, other } = bar.table;
  const rate = steps[place]?.rate ?? 0;
  const before = place === 0 ? rate : (steps[place - 1]?.rate ?? 0);
  const named = other ? { other } : segment.length > 0 ? { segment } : {};
  const height = Math.max(plot * rate, rate > 0 ? 1 : 0);
  const fill = colourVariable(bar.colour);
  const what = `${bar.label} · ${format.percent(rate)}`;
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the table below has the same by keyboard */}
      <rect
        className="hot"
        x={x}
        y={top + plot * (1 - before)}
        width={width}
        height={Math.max(plot * before - height, 0)}
        rx={3}
        style={{ fill, fillOpacity: 0.16 }}
        onClick={() => open?.({ step: place, dropped: true, ...named })}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the table below has the same by keyboard */}
      <rect
        className="hot"
        x={x}
        y={top + plot - height}
        width={width}
        height={height}
        rx={3}
        style={{ fill }}
        onClick={() => open?.({ step: place + 1, ...named })}
      >
        <title>{what}</title>
      </rect>
      {width > 34 && (
        <text
          x={x + width / 2}
          y={top + plot - height - 7}
          textAnchor="middle"
          style={{ fill: "var(--ink)", fontSize: 12.5, fontWeight: 600 }}
        >
          {format.percent(rate)}
        </text>
      )}
    </>
  );
}
