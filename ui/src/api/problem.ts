import type { Fault } from "./types";

// Problem is an answer that is not a yes: the server's status with its words, or 0 when it could not be reached.
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly faults: Fault[] = [],
    readonly waitSeconds = 0,
  ) {
    super(detail);
  }
}

// problemOf reads a failed response. The body may be anything, also a page of a proxy.
export function problemOf(response: Response, body: unknown): Problem {
  const wait = Number(response.headers.get("Retry-After")) || 0;
  if (typeof body !== "object" || body === null) return new Problem(response.status, "", [], wait);
  const { title, detail, errors } = body as { title?: string; detail?: string; errors?: Fault[] | null };
  return new Problem(response.status, detail ?? title ?? "", errors ?? [], wait);
}
