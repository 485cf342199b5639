import { colourVariable } from "./colours";
import type { Drawing, Line } from "./line";

const shownInTip = 12;

// tipFor is what floats beside the pointer: the interval, and each line's value in it, largest first. It is built from
// elements and text nodes, never from markup: names come from strangers.
export function tipFor(drawing: Drawing, place: number): HTMLElement {
  const start = drawing.starts[place];
  const tip = element("div", "tip");
  const head = element("div", "tip-head", start ? drawing.long(start) : "");
  if (place >= drawing.whole) head.append(element("span", "tip-note", drawing.words.incomplete));
  tip.append(head);
  const lines = byValue(drawing.lines, place);
  for (const line of lines.slice(0, shownInTip)) tip.append(row(drawing, line, place));
  const rest = lines.length - shownInTip;
  if (rest > 0) tip.append(element("div", "tip-note", drawing.words.more(rest)));
  const before = drawing.earlierStarts?.[place];
  if (before) tip.append(element("div", "tip-note", `${drawing.words.earlier}: ${drawing.long(before)}`));
  return tip;
}

function byValue(lines: Line[], place: number): Line[] {
  const value = (line: Line) => line.values[place] ?? Number.NEGATIVE_INFINITY;
  return [...lines].sort((a, b) => value(b) - value(a));
}

function row(drawing: Drawing, line: Line, place: number): HTMLElement {
  const made = element("div", "tip-row");
  const dot = element("span", "tip-dot");
  dot.style.background = colourVariable(line.colour);
  made.append(dot, element("span", "tip-name", line.label));
  if (line.earlier) made.append(element("span", "tip-earlier", write(drawing, line, line.earlier[place])));
  made.append(element("strong", "", write(drawing, line, line.values[place])));
  return made;
}

function write(drawing: Drawing, line: Line, value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return line.percent ? drawing.percent(value) : drawing.number(value);
}

function element(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
