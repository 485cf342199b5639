import { expect, test } from "vitest";
import { csvOf } from "./sheet";

test("texts stay texts in a spreadsheet", () => {
  const sheet = {
    head: ["name", "n"],
    rows: [
      ["=1+1", -3],
      ['a "b", c', null],
      ["two\nlines", 0.5],
    ],
  };
  expect(csvOf(sheet)).toBe('name,n\r\n\'=1+1,-3\r\n"a ""b"", c",\r\n"two\nlines",0.5\r\n');
});
