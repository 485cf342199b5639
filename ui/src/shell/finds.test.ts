import { expect, test } from "vitest";
import { voiceOf } from "../language/language";
import { found, pagesOf } from "./finds";

const { t } = voiceOf("en");

test("every word typed must be in the name, in any case and order", () => {
  const finds = [
    { name: "Nusa API Console", path: "/1" },
    { name: "Warung app", path: "/2" },
  ];
  expect(found(finds, "console nusa").map((f) => f.path)).toEqual(["/1"]);
  expect(found(finds, "  ").length).toBe(2);
  expect(found(finds, "none")).toEqual([]);
});

test("without a project only the pages of the whole are there", () => {
  expect(pagesOf(undefined, t).map((f) => f.path)).toEqual(["/preferences", "/projects/new"]);
  expect(pagesOf("3", t)[0]?.path).toBe("/projects/3/live");
});
