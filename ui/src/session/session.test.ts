import { expect, test } from "vitest";
import { Problem } from "../api/problem";
import { voiceOf } from "../language/language";
import { doorText, NoCookie, tokenFrom } from "./arrival";
import { faultAt, isAtField } from "./field";
import { byName, isAddress, NotConfirmed } from "./passkey";

const { t } = voiceOf("en");

test("passkeys want a name: addresses are known, and this machine's has one", () => {
  expect(["127.0.0.1", "10.0.0.7", "[::1]"].every(isAddress)).toBe(true);
  expect(["localhost", "jejak.example", "1.example"].some(isAddress)).toBe(false);
  expect(byName("http://127.0.0.1:7080/setup#token=a")).toBe("http://localhost:7080/setup#token=a");
  expect(byName("http://[::1]:7080/")).toBe("http://localhost:7080/");
  expect(byName("http://10.0.0.7:7080/")).toBeUndefined();
});

test("the token is read out of the fragment", () => {
  expect(tokenFrom("#token=a-b_c")).toBe("a-b_c");
  expect(tokenFrom("")).toBe("");
});

test("each door has its own words for a no", () => {
  const words = { 401: "wrong", 410: "late" };
  expect(doorText(new Problem(401, "x"), t, words)).toBe("wrong");
  expect(doorText(new Problem(410, "x"), t, words)).toBe("late");
  expect(doorText(new Problem(429, "x", [], 30), t, words)).toContain("30 seconds");
  expect(doorText(new NoCookie(), t, words)).toContain("https");
  expect(doorText(new NotConfirmed(), t, words)).toContain("passkey");
});

test("a fault is said at its field, in our words where we have them", () => {
  const error = new Problem(422, "", [
    { location: "password", code: "common", message: "x" },
    { location: "body.login", code: "new_code", message: "the server’s words" },
  ]);
  expect(faultAt(error, "password", t)).toContain("anybody would try");
  expect(faultAt(error, "login", t)).toBe("the server’s words");
  expect(faultAt(error, "code", t)).toBeUndefined();
  expect(isAtField(error, ["login"])).toBe(true);
  expect(isAtField(error, ["code"])).toBe(false);
});
