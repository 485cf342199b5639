import type { FlowGraph } from "../api/types";

// Where the nodes and links of a flow stand in its picture.

export type Box = {
  step: number;
  node: number;
  x: number;
  y: number;
  width: number;
  height: number;
  count: number;
  dropOff: number;
};

export type Band = {
  key: string;
  from: Box;
  to: Box;
  fromY: number;
  toY: number;
  height: number;
  count: number;
};

export type Layout = { boxes: Box[]; bands: Band[]; width: number; height: number; column: number };

export const boxWidth = 12;
const gap = 26;
const smallest = 2;
const narrowest = 132;

// layoutOf places the steps in columns and the nodes in each by their count. Heights are to one scale, and what a node
// does not pass on ends in it.
export function layoutOf(flow: FlowGraph, room: number, tall: number): Layout {
  const steps = flow.steps;
  const column = Math.max(narrowest, room / Math.max(steps.length, 1));
  const totals = steps.map((step) => step.nodes.reduce((sum, node) => sum + node.count, 0));
  const most = Math.max(...steps.map((step) => step.nodes.length), 1);
  const scale = (tall - gap * most) / Math.max(...totals, 1);
  const boxes = steps.map((step, s) => {
    let y = 18;
    return step.nodes.map((node, n): Box => {
      const height = Math.max(node.count * scale, smallest);
      const box = {
        step: s,
        node: n,
        x: s * column,
        y,
        width: boxWidth,
        height,
        count: node.count,
        dropOff: node.drop_off,
      };
      y += height + gap;
      return box;
    });
  });
  const bottom = Math.max(...boxes.flat().map((box) => box.y + box.height), 0);
  return {
    boxes: boxes.flat(),
    bands: bandsOf(flow, boxes, scale),
    width: column * steps.length,
    height: bottom + 12,
    column,
  };
}

// Bands leave and enter a node one below the other, in the order of the nodes at the other end.
function bandsOf(flow: FlowGraph, boxes: Box[][], scale: number): Band[] {
  const entered = new Map<Box, number>();
  return flow.steps.flatMap((step, s) =>
    step.nodes.flatMap((node, n) => {
      let left = 0;
      const sorted = [...node.links].sort((a, b) => a.step - b.step || a.node - b.node);
      return sorted.flatMap((link): Band[] => {
        const from = boxes[s]?.[n];
        const to = boxes[link.step]?.[link.node];
        if (!from || !to) return [];
        const height = link.count * scale;
        const into = entered.get(to) ?? 0;
        entered.set(to, into + height);
        const band = {
          key: `${s} ${n} ${link.step} ${link.node}`,
          from,
          to,
          fromY: from.y + left,
          toY: to.y + into,
          height,
          count: link.count,
        };
        left += height;
        return [band];
      });
    }),
  );
}

// pathOf is the outline of a band.
export function pathOf({ from, to, fromY, toY, height }: Band): string {
  const a = from.x + from.width;
  const b = to.x;
  const middle = (a + b) / 2;
  const thick = Math.max(height, 0.5);
  return (
    `M${a},${fromY} C${middle},${fromY} ${middle},${toY} ${b},${toY} ` +
    `L${b},${toY + thick} C${middle},${toY + thick} ${middle},${fromY + thick} ${a},${fromY + thick} Z`
  );
}
