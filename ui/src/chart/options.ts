import type { EChartsOption, SeriesOption } from "./echarts";
import type { Drawing, Line } from "./line";
import { spread } from "./spread";
import { tipFor } from "./tip";

// Palette is the look in the theme that is on, as plain colours: a canvas knows no style variables.
export type Palette = {
  muted: string;
  line: string;
  card: string;
  ink: string;
  series: string[];
  labels: string[];
  other: string;
};

// Scale tells where on the canvas a value stands, and how far down the canvas goes; known when ECharts has laid it out.
export type Scale = { heightOf: (value: number) => number; floor: number };

// Names of segments beside the ends of lines are cut at this width.
const endLabelWidth = 108;

// optionsOf turns a drawing into what ECharts draws.
export function optionsOf(drawing: Drawing, palette: Palette, scale: () => Scale): EChartsOption {
  const named = drawing.kind === "line" && drawing.lines.length > 1;
  const shift = (line: Line) => shiftOf(drawing, line, scale());
  return {
    animation: false,
    grid: { left: 12, right: named ? endLabelWidth + 16 : 20, top: 20, bottom: 8, outerBoundsMode: "same" },
    textStyle: { fontFamily: '"Inter Variable", system-ui, sans-serif' },
    tooltip: {
      trigger: "axis",
      confine: true,
      transitionDuration: 0,
      className: "tip-box",
      borderWidth: 0,
      padding: 0,
      backgroundColor: "transparent",
      axisPointer: {
        type: drawing.kind === "bar" ? "shadow" : "line",
        lineStyle: { color: palette.muted, type: "solid", opacity: 0.5 },
      },
      formatter: (points) => tipFor(drawing, placeOf(points)),
    },
    xAxis: {
      type: "category",
      data: drawing.starts,
      boundaryGap: drawing.kind === "bar",
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.muted, hideOverlap: true, margin: 12, formatter: drawing.tick },
    },
    yAxis: {
      type: "value",
      axisLabel: { color: palette.muted, formatter: valueWriter(drawing) },
      splitLine: { lineStyle: { color: palette.line } },
      splitNumber: 5,
      minInterval: everyWhole(drawing) ? 1 : undefined,
    },
    series:
      drawing.kind === "bar"
        ? drawing.lines.flatMap((line) => bars(drawing, line, palette))
        : drawing.lines.flatMap((line) => strokes(drawing, line, palette, named ? shift : undefined)),
  } as EChartsOption;
}

function placeOf(points: unknown): number {
  const first = Array.isArray(points) ? points[0] : points;
  return (first as { dataIndex?: number })?.dataIndex ?? 0;
}

const everyWhole = (drawing: Drawing) =>
  drawing.lines.every((line) => !line.percent && line.values.every((v) => v === null || Number.isInteger(v)));

// valueWriter writes the axis: percent only when every line is one.
function valueWriter(drawing: Drawing): (n: number) => string {
  const percent = drawing.lines.length > 0 && drawing.lines.every((line) => line.percent);
  return percent ? drawing.percent : drawing.short;
}

export const colourOf = (line: Line, palette: Palette) => pick(line, palette.series, palette.other);

const labelColourOf = (line: Line, palette: Palette) => pick(line, palette.labels, palette.muted);

function pick(line: Line, colours: string[], other: string): string {
  return line.colour === "other" ? other : (colours[line.colour % colours.length] ?? other);
}

// strokes draws a line in up to three pieces: what is over, solid; what goes on, dashed; and the earlier range, pale.
function strokes(
  drawing: Drawing,
  line: Line,
  palette: Palette,
  shift: ((line: Line) => number) | undefined,
): SeriesOption[] {
  const colour = colourOf(line, palette);
  const { over, running } = splitLine(line.values, drawing.whole, drawing.begun);
  const common = {
    type: "line",
    name: line.label,
    color: colour,
    connectNulls: false,
    emphasis: { disabled: true },
    symbol: "none",
    showAllSymbol: true,
    ...(shift && { labelLayout: () => ({ dy: shift(line) }) }),
  };
  const goesOn = running.some((value) => value !== null);
  const end = shift ? endLabel(line, palette) : undefined;
  const pieces = [
    { ...common, data: pointed(over, goesOn ? undefined : end), lineStyle: { width: 2, color: colour } },
  ];
  if (goesOn) {
    const dashed = { width: 2, color: colour, type: [2, 4] };
    pieces.push({ ...common, data: pointed(running, end), lineStyle: dashed });
  }
  if (line.earlier) {
    const pale = { width: 1.5, color: colour, opacity: 0.4 };
    const data = line.earlier.slice(0, drawing.starts.length);
    return [{ ...common, data, lineStyle: pale, z: 1 }, ...pieces] as SeriesOption[];
  }
  return pieces as SeriesOption[];
}

// splitLine parts values into those of intervals that are over and those that go on; the last point is in both, so that
// the line does not break.
export function splitLine(values: (number | null)[], whole: number, begun: number) {
  const over = values.map((value, i) => (i < whole ? value : null));
  const goesOn = begun > whole;
  const running = values.map((value, i) => (goesOn && i >= whole - 1 && i < begun ? value : null));
  return { over, running };
}

// pointed gives the last point its label, and a dot to a point with nothing beside it: as a line it would be invisible.
function pointed(values: (number | null)[], label: object | undefined) {
  const last = values.findLastIndex((value) => value !== null);
  const alone = values.filter((value) => value !== null).length === 1;
  if (!label && !alone) return values;
  return values.map((value, i) =>
    i === last ? { value, symbol: "circle", symbolSize: alone ? 6 : 1, ...(label && { label }) } : value,
  );
}

const labelHeight = 15;

// shiftOf is how far the name of a line moves up or down, so that names do not cover each other.
function shiftOf(drawing: Drawing, line: Line, { heightOf, floor }: Scale): number {
  const ends = drawing.lines.map((l) => heightOf(l.values.slice(0, drawing.begun).findLast(isNumber) ?? 0));
  const place = drawing.lines.indexOf(line);
  return (spread(ends, labelHeight, floor - labelHeight / 2)[place] ?? 0) - (ends[place] ?? 0);
}

const isNumber = (value: number | null) => value !== null;

function endLabel(line: Line, palette: Palette) {
  return {
    show: true,
    position: "right",
    formatter: () => line.label,
    color: labelColourOf(line, palette),
    fontWeight: 600,
    fontSize: 12,
    distance: 8,
    width: endLabelWidth,
    overflow: "truncate",
  };
}

function bars(drawing: Drawing, line: Line, palette: Palette): SeriesOption[] {
  const colour = colourOf(line, palette);
  const data = line.values.map((value, i) => {
    if (i >= drawing.begun) return null;
    return i < drawing.whole
      ? value
      : { value, itemStyle: { opacity: 0.5, borderType: "dashed", borderColor: colour } };
  });
  const common = { type: "bar", name: line.label, barMaxWidth: 40, emphasis: { disabled: true } };
  const now = {
    ...common,
    data,
    color: colour,
    itemStyle: { borderRadius: drawing.stacked ? 0 : [3, 3, 0, 0] },
    ...(drawing.stacked && { stack: "now" }),
  };
  if (!line.earlier) return [now as SeriesOption];
  const before = {
    ...common,
    data: line.earlier.slice(0, drawing.starts.length),
    color: colour,
    itemStyle: { opacity: 0.35 },
    ...(drawing.stacked && { stack: "before" }),
  };
  return [before, now] as SeriesOption[];
}
