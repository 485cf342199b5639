// Colours of series: eight, in an order that colour-blind people can tell apart. A segment keeps its colour wherever it
// appears, as long as the page lives.

export const seriesColours = 8;

// Colour is the place in the order, from 0; other has a neutral of its own.
export type Colour = number | "other";

// ColourBook remembers which segment has which colour.
export type ColourBook = Map<string, number>;

// colourAll gives each key a colour: the one it had, unless another shown key has it already, else the first that is
// free, else the next in turn.
export function colourAll(keys: string[], book: ColourBook): Map<string, number> {
  const given = new Map<string, number>();
  const taken = new Set<number>();
  for (const key of keys) {
    const had = book.get(key);
    if (had === undefined || taken.has(had)) continue;
    given.set(key, had);
    taken.add(had);
  }
  for (const [place, key] of keys.entries()) {
    if (given.has(key)) continue;
    const colour = freeColour(taken) ?? place % seriesColours;
    given.set(key, colour);
    taken.add(colour);
    if (!book.has(key)) book.set(key, colour);
  }
  return given;
}

function freeColour(taken: Set<number>): number | undefined {
  for (let colour = 0; colour < seriesColours; colour++) if (!taken.has(colour)) return colour;
  return undefined;
}

// colourVariable is the style variable that holds a colour, in the light and in the dark.
export const colourVariable = (colour: Colour) =>
  colour === "other" ? "var(--other)" : `var(--series-${(colour % seriesColours) + 1})`;
