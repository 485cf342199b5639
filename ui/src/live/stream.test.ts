import { expect, test } from "vitest";
import type { LiveEvent } from "../api/types";
import { emptyStream, passes, paused, resumed, rowLimit, sieveFrom, withArrival } from "./stream";

const event = (name: string, kind: LiveEvent["class"] = "person"): LiveEvent => ({
  name,
  class: kind,
  time: "2026-01-01T00:00:00Z",
  received: "2026-01-01T00:00:00Z",
  person: "",
  properties: {},
});

const arrival = (...names: string[]) => ({ events: names.map((name) => event(name)), dropped: 0 });

const namesOf = (stream: typeof emptyStream) => stream.rows.map((row) => row.event.name);

test("the newest is on top, and every row has a key of its own", () => {
  const stream = withArrival(withArrival(emptyStream, arrival("a", "b")), arrival("c"));
  expect(namesOf(stream)).toEqual(["c", "b", "a"]);
  expect(new Set(stream.rows.map((row) => row.key)).size).toBe(3);
});

test("the list is bounded", () => {
  const many = Array.from({ length: rowLimit + 20 }, (_, i) => `e${i}`);
  const stream = withArrival(emptyStream, arrival(...many));
  expect(stream.rows.length).toBe(rowLimit);
  expect(namesOf(stream)[0]).toBe(many.at(-1));
});

test("a paused list stands still and loses nothing that fits", () => {
  const still = withArrival(paused(withArrival(emptyStream, arrival("a"))), arrival("b", "c"));
  expect(namesOf(still)).toEqual(["a"]);
  expect(still.heldAll).toBe(2);
  expect(namesOf(resumed(still))).toEqual(["c", "b", "a"]);
});

test("what the server left out is counted", () => {
  const stream = withArrival(withArrival(emptyStream, { events: [], dropped: 3 }), {
    events: [],
    dropped: 4,
  });
  expect(stream.dropped).toBe(7);
});

test("the filter knows parts of names and the class", () => {
  expect(passes(event("API Call"), { name: " api" })).toBe(true);
  expect(passes(event("API Call"), { class: "bot" })).toBe(false);
  expect(passes(event("Crawl", "bot"), { class: "bot" })).toBe(true);
  expect(sieveFrom({ name: "", class: "robot" })).toEqual({});
  expect(sieveFrom({ name: "x", class: "bot" })).toEqual({ name: "x", class: "bot" });
});
