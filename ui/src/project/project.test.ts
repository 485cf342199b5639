import { expect, test } from "vitest";
import type { Counters } from "../api/types";
import { browserSnippet, curlSnippet, nodeSnippet } from "./snippets";
import { byReason, sumsOf } from "./sums";
import { zones } from "./zones";

const counters: Counters = {
  received: 100,
  accepted: 90,
  refused: { no_name: 3, too_old: 7, ignored: 0 },
  durable: 80,
  askable: 78,
  duplicates: 2,
  expired: 0,
  erased: 0,
  changed: [],
  strangers: 0,
  recent_refusals: [],
};

test("the sums hold, and open ones are seen", () => {
  expect(sumsOf(counters)).toEqual({
    refused: 10,
    rest: 10,
    holds: { received: true, accepted: true, durable: true },
  });
  expect(sumsOf({ ...counters, received: 101 }).holds.received).toBe(false);
  expect(sumsOf({ ...counters, durable: 95, askable: 93 })).toMatchObject({
    rest: 0,
    holds: { accepted: false },
  });
  expect(sumsOf({ ...counters, askable: 80 }).holds.durable).toBe(false);
  expect(sumsOf({ ...counters, askable: 70, expired: 8 }).holds.durable).toBe(true);
});

test("reasons are listed by how often they were given", () => {
  expect(byReason(counters.refused)).toEqual([
    ["too_old", 7],
    ["no_name", 3],
  ]);
});

test("snippets carry the host and the token of the page", () => {
  for (const write of [browserSnippet, nodeSnippet, curlSnippet]) {
    expect(write("https://jejak.example", "abc123")).toContain("abc123");
    expect(write("https://jejak.example", "abc123")).toContain("jejak.example");
  }
  expect(nodeSnippet("http://localhost:7080", "t")).toContain('host: "localhost:7080", protocol: "http"');
  expect(nodeSnippet("https://jejak.example", "t")).not.toContain("protocol");
});

test("the snippet of the native door names the person where the door looks", () => {
  const sent = JSON.parse(/'(\[.*\])'/.exec(curlSnippet("https://jejak.example", "t"))?.[1] ?? "");
  expect(sent[0].properties.distinct_id).toBe("user-1");
});

test("a project's own zone is always offered", () => {
  expect(zones("Old/Name")).toContain("Old/Name");
  expect(zones("UTC").filter((zone) => zone === "UTC")).toEqual(["UTC"]);
});
