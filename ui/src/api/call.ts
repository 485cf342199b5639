import createClient from "openapi-fetch";
import { Problem, problemOf } from "./problem";
import type { paths } from "./schema.gen";

export const base = "/api/v1";

// api sends requests with the session's cookie. Paths, parameters and bodies are checked against the server's own
// description. The header cannot be sent by a foreign page without asking first: the server's guard against forgery.
export const api = createClient<paths>({ baseUrl: base, headers: { "X-Jejak": "1" }, fetch: reach });

type Reply<T> = { data?: T; error?: unknown; response: Response };

// answerOf waits for a reply and returns its body. It throws a Problem for everything but success, and the browser's
// AbortError when the signal cancels the request.
export async function answerOf<T>(asked: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response, error);
  return data as T;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "");
  }
}
