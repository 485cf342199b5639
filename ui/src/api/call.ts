import { Problem, problemOf } from "./problem";

export const base = "/api/v1";

// call sends one request with the session's cookie and returns the decoded answer. It throws a Problem for everything
// but success, and the browser's AbortError when the signal cancels it.
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await reach(base + path, {
    method,
    signal: signal ?? null,
    // The header cannot be sent by a foreign page without asking first: the server's guard against forged requests.
    headers: { "X-Jejak": "1", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function reach(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(path, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "");
  }
}
