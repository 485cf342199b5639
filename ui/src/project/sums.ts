import type { Counters } from "../api/types";

// Sums are the three equations of the counters. The counters are read while events arrive, so a sum may be open for a
// moment.
export type Sums = {
  refused: number;
  // rest: accepted and no event; profile updates, links between identifiers, and what is just being written.
  rest: number;
  holds: { received: boolean; accepted: boolean; durable: boolean };
};

// sumsOf checks received = accepted + refused, accepted = durable + rest, durable = askable + duplicates + expired + erased.
export function sumsOf(c: Counters): Sums {
  const refused = Object.values(c.refused).reduce((sum, n) => sum + n, 0);
  return {
    refused,
    rest: Math.max(0, c.accepted - c.durable),
    holds: {
      received: c.received === c.accepted + refused,
      accepted: c.accepted >= c.durable,
      durable: c.durable === c.askable + c.duplicates + c.expired + c.erased,
    },
  };
}

// byReason lists refusals, the most frequent first. Reasons without any are left out.
export const byReason = (refused: Counters["refused"]): [string, number][] =>
  Object.entries(refused)
    .filter(([, n]) => n > 0)
    .sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
