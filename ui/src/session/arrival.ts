import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { me } from "../api/keep";
import { Problem } from "../api/problem";
import type { Text } from "../language/language";
import { troubleText } from "../shell/trouble";
import { NotConfirmed } from "./passkey";

// NoCookie: the server opened a session, but the browser did not keep its cookie.
export class NoCookie extends Error {}

// useArrival makes sure that the session stands and goes inside.
export function useArrival() {
  const keeper = useQueryClient();
  const router = useRouter();
  return async (next = "/") => {
    const { state } = await keeper.fetchQuery({ ...me, staleTime: 0 });
    if (state !== "signed_in") throw new NoCookie();
    router.history.replace(next);
  };
}

// tokenFrom reads the one-time token out of an address's fragment, which browsers send to no server.
export const tokenFrom = (hash: string) => new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";

// doorText says why somebody did not get in. Words for 401 and 410 depend on the door.
export function doorText(error: unknown, t: Text, words: { 401: string; 410: string }): string {
  if (error instanceof NoCookie) return t("signIn.noCookie");
  if (error instanceof NotConfirmed) return t("passkey.failed");
  if (error instanceof Problem && (error.status === 401 || error.status === 410)) return words[error.status];
  return troubleText(error, t);
}
