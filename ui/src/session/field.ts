import { Problem } from "../api/problem";
import { en } from "../language/en";
import type { Key, Text } from "../language/language";

// faultAt is what the server found wrong with one field of a form. A code without words of ours keeps the server's.
export function faultAt(error: unknown, field: string, t: Text): string | undefined {
  const fault =
    error instanceof Problem ? error.faults.find((f) => placeOf(f.location) === field) : undefined;
  if (!fault) return undefined;
  const key = `field.${fault.code}`;
  return key in en ? t(key as Key & "field.too_short") : fault.message;
}

// isAtField tells whether an error is said beside one of the fields already.
export const isAtField = (error: unknown, fields: string[]) =>
  error instanceof Problem && error.faults.some((f) => fields.includes(placeOf(f.location)));

const placeOf = (location: string) => location.replace(/^body\.?/, "");
