import type { Scalar } from "../api/types";

// Readers of the address bar. What does not fit is left out: an old or mistyped link still opens.

export type Raw = Record<string, unknown>;

export const isRecord = (raw: unknown): raw is Raw =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);

export const isScalar = (raw: unknown): raw is Scalar =>
  raw === null || ["string", "number", "boolean"].includes(typeof raw);

export const text = (raw: unknown) => (typeof raw === "string" ? raw : undefined);

// texts are different strings, in the order in which they come.
export const texts = (raw: unknown) =>
  Array.isArray(raw) ? [...new Set(raw.filter((item) => typeof item === "string"))] : undefined;

export const flag = (raw: unknown) => (raw === true ? true : undefined);

// whole is a whole number within bounds, both included.
export const whole = (raw: unknown, min: number, max: number) =>
  Number.isInteger(raw) && (raw as number) >= min && (raw as number) <= max ? (raw as number) : undefined;

export const oneOf = <T extends string>(all: readonly T[], raw: unknown) => all.find((item) => item === raw);

// tidy leaves out what is not set, so that addresses stay short and reports compare equal.
export function tidy<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
