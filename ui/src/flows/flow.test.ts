import { expect, test } from "vitest";
import type { FlowGraph } from "../api/types";
import { layoutOf, pathOf } from "./layout";
import { type FlowReport, flowFrom, questionOf } from "./report";

const now = { today: "2026-03-31", first: "2026-01-01" };

const full: FlowReport = {
  anchors: [
    { event: "visit", after: 2 },
    { event: "pay", before: 1 },
  ],
  counting: "total",
  window: 3600,
  hidden: ["noise"],
  expand: [{ event: "visit", property: "path" }],
  collapse: true,
  nodes: 4,
};

test("the address bar holds a whole flow, and opens whatever it holds", () => {
  expect(flowFrom(JSON.parse(JSON.stringify(full)))).toEqual(full);
  expect(flowFrom({ anchors: [1], expand: [{ event: 1 }], nodes: 99 })).toEqual({ anchors: [], expand: [] });
  expect(questionOf({}, "UTC", now)).toBeUndefined();
  expect(questionOf(full, "UTC", now)).toMatchObject({
    anchors: [
      { event: "visit", after: 2 },
      { event: "pay", before: 1 },
    ],
    collapse: true,
    hidden: ["noise"],
  });
});

const flow: FlowGraph = {
  segment: [],
  paths: 3,
  steps: [
    {
      anchor: 0,
      offset: 0,
      nodes: [
        {
          node: [],
          count: 3,
          drop_off: 0,
          links: [
            { step: 1, node: 1, count: 1 },
            { step: 1, node: 0, count: 2 },
          ],
        },
      ],
    },
    {
      anchor: 0,
      offset: 1,
      nodes: [
        { node: ["a"], count: 2, drop_off: 2, links: [] },
        { node: ["b"], count: 1, drop_off: 1, links: [] },
      ],
    },
  ],
};

test("nodes are as high as their count, and bands leave one below the other", () => {
  const { boxes, bands } = layoutOf(flow, 600, 400);
  const [start, a, b] = boxes;
  expect((start?.height ?? 0) / 3).toBeCloseTo(b?.height ?? 0);
  expect(b?.y ?? 0).toBeGreaterThan((a?.y ?? 0) + (a?.height ?? 0));
  expect(bands.map((band) => band.to.node)).toEqual([0, 1]);
  expect(bands[1]?.fromY).toBeCloseTo((start?.y ?? 0) + (bands[0]?.height ?? 0));
  for (const band of bands) expect(pathOf(band)).not.toContain("NaN");
});
