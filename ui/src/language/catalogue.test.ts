import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { en } from "./en";
import { id } from "./id";
import type { Message } from "./message";

// Every file of the console but the catalogues and the tests.
const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|gen)\.ts/.test(name))
  .filter((name) => !/language\/(\w+\.)?(en|id)\.ts$/.test(name))
  .map((name) => readFileSync(join("src", name), "utf8"))
  .join("\n");

const keys = Object.keys(en);
const areas = new Set(keys.map((key) => key.split(".")[0]));

// Keys are written out, or made of a template such as `range.${name}`.
const written = new Set([...sources.matchAll(/"([a-zA-Z]+(?:\.[\w]+)+)"/g)].map((found) => found[1] ?? ""));
const templates = [...sources.matchAll(/`([a-zA-Z]+\.[^`]*\$\{[^`]*)`/g)]
  .map((found) => found[1] ?? "")
  .filter((text) => areas.has(text.split(".")[0] ?? ""))
  .map((text) => new RegExp(`^${text.replace(/\./g, "\\.").replace(/\$\{[^}]*\}/g, "\\w+")}$`));

describe("the catalogues", () => {
  test("have the same keys", () => {
    expect(Object.keys(id).sort()).toEqual([...keys].sort());
  });

  test("fill in the same names", () => {
    for (const [key, message] of Object.entries(en)) {
      expect([...fillsOf(id[key as keyof typeof id])], key).toEqual([...fillsOf(message)]);
    }
  });

  test("have no key that nothing says", () => {
    const said = (key: string) => written.has(key) || templates.some((template) => template.test(key));
    expect(keys.filter((key) => !said(key))).toEqual([]);
  });

  test("have every key that is said", () => {
    const asked = [...written].filter((text) => areas.has(text.split(".")[0] ?? ""));
    const files = /\.(svg|css|json|txt|js|ts|tsx)$/;
    expect(asked.filter((key) => !(key in en) && !files.test(key))).toEqual([]);
  });

  test("explain every reason for which the server refuses", () => {
    const reasons = [...readFileSync("../event/reason.go", "utf8").matchAll(/Reason = "(\w+)"/g)];
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.map(([, reason]) => `reason.${reason}`).filter((key) => !(key in en))).toEqual([]);
  });

  test("say nothing empty or padded", () => {
    for (const [key, message] of Object.entries({ ...en, ...id })) {
      for (const text of textsOf(message)) expect(text.trim(), key).toBe(text);
    }
  });
});

const textsOf = (message: Message) =>
  typeof message === "string" ? [message] : Object.values(message).filter((text) => text !== undefined);

function fillsOf(message: Message): Set<string> {
  const names = textsOf(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((f) => f[1] ?? ""));
  return new Set(names.sort());
}
