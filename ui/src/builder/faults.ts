import type { Fault } from "../api/types";
import { en } from "../language/en";
import type { Key, Text } from "../language/language";

// Faults are what the server found wrong with a question, by place.
export type Faults = {
  // at is the text for exactly this place.
  at: (location: string) => string | undefined;
  // under is the text for this place or any place inside it.
  under: (location: string) => string | undefined;
  // rest are the texts for which no field claims the place.
  rest: string[];
};

export const noFaults: Faults = { at: () => undefined, under: () => undefined, rest: [] };

// Places that have a field on the page; everything else is said under the picture.
const claimed =
  /^(metrics\[\d+\]|filter|breakdown\[\d+\]|steps\[\d+\]|exclude\[\d+\]|anchors\[\d+\]|birth|return|with|window|hold|brackets|expand|event|any_of)/;

// faultsOf words the faults of an answer. A code without words of ours keeps the server's.
export function faultsOf(faults: Fault[], t: Text): Faults {
  const said = faults.map((fault) => ({ place: placeOf(fault), text: wordsOf(fault, t) }));
  return {
    at: (location) => said.find((f) => f.place === location)?.text,
    under: (location) => said.find((f) => isUnder(f.place, location))?.text,
    rest: said.filter((f) => !claimed.test(f.place)).map((f) => f.text),
  };
}

// A server may put "body." before the place.
const placeOf = (fault: Fault) => (fault.location ?? "").replace(/^body\.?/, "");

function isUnder(place: string, location: string): boolean {
  return place === location || (place.startsWith(location) && /^[.[]/.test(place.slice(location.length)));
}

function wordsOf(fault: Fault, t: Text): string {
  const key = `fault.${fault.code ?? ""}`;
  if (key in en) return t(key as Key & "fault.too_long");
  return fault.message ?? t("trouble.unknown");
}
