import type { LiveEvent } from "../api/types";

// Row is an event with its number in this stream.
export type Row = { key: number; event: LiveEvent };

// Stream is what has arrived since the page was opened. The newest come first; beyond the limit the oldest fall out.
export type Stream = {
  rows: Row[];
  // held arrived while the list stood still; heldAll counts those that fell out too.
  held: Row[];
  heldAll: number;
  paused: boolean;
  dropped: number;
  arrived: number;
};

export const rowLimit = 500;

export const emptyStream: Stream = { rows: [], held: [], heldAll: 0, paused: false, dropped: 0, arrived: 0 };

// Arrival is what came in one breath: events, the oldest first, and how many the server left out.
export type Arrival = { events: LiveEvent[]; dropped: number };

// withArrival adds what arrived; a paused stream holds it back.
export function withArrival(stream: Stream, { events, dropped }: Arrival): Stream {
  const fresh = events.map((event, i) => ({ key: stream.arrived + i, event })).reverse();
  const arrived = stream.arrived + events.length;
  const next = { ...stream, arrived, dropped: stream.dropped + dropped };
  if (!stream.paused) return { ...next, rows: bounded(fresh, stream.rows) };
  return { ...next, held: bounded(fresh, stream.held), heldAll: stream.heldAll + events.length };
}

// paused makes the list stand still.
export const paused = (stream: Stream): Stream => ({ ...stream, paused: true });

// resumed shows what was held back and goes on.
export const resumed = (stream: Stream): Stream => ({
  ...stream,
  rows: bounded(stream.held, stream.rows),
  held: [],
  heldAll: 0,
  paused: false,
});

// cleared forgets what was shown.
export const cleared = (stream: Stream): Stream => ({ ...stream, rows: [], dropped: 0 });

const bounded = (newer: Row[], older: Row[]) => [...newer, ...older].slice(0, rowLimit);

// Sieve is what the list is narrowed to; the address bar holds it.
export type Sieve = { name?: string; class?: LiveEvent["class"] };

// sieveFrom reads the address bar.
export function sieveFrom(search: Record<string, unknown>): Sieve {
  return {
    ...(typeof search.name === "string" && search.name !== "" && { name: search.name }),
    ...((search.class === "person" || search.class === "bot") && { class: search.class }),
  };
}

// passes tells whether an event is shown.
export function passes(event: LiveEvent, sieve: Sieve): boolean {
  if (sieve.class && event.class !== sieve.class) return false;
  return event.name.toLocaleLowerCase().includes((sieve.name ?? "").trim().toLocaleLowerCase());
}
