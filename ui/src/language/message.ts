// A message is a text with {names} to fill in, or one text per plural form, chosen by {count}.
export type Message = string | { readonly one?: string; readonly other: string };

export type Fill = string | number;

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

type TextOf<M> = M extends string ? M : M extends { other: infer O } ? O : never;

// Fills are the values a message needs, by name. One with plural forms always needs its count.
export type Fills<M> = { [name in Names<TextOf<M>> | (M extends string ? never : "count")]: Fill };

// textOf fills a message. Numbers are written the way format does.
export function textOf(
  message: Message,
  fills: Record<string, Fill>,
  plurals: Intl.PluralRules,
  format: (n: number) => string,
): string {
  return formOf(message, fills.count, plurals).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fill = fills[name];
    if (fill === undefined) return whole;
    return typeof fill === "number" ? format(fill) : fill;
  });
}

function formOf(message: Message, count: Fill | undefined, plurals: Intl.PluralRules): string {
  if (typeof message === "string") return message;
  const form = plurals.select(typeof count === "number" ? count : Number(count ?? 0));
  return form === "one" && message.one !== undefined ? message.one : message.other;
}
