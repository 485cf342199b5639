import { Problem } from "../api/problem";
import type { Key, Text } from "../language/language";

const byStatus: Record<number, Key> = {
  0: "trouble.unreachable",
  401: "trouble.signedOut",
  403: "trouble.forbidden",
  404: "trouble.missing",
  413: "trouble.tooLarge",
  503: "trouble.unavailable",
};

// troubleText says what went wrong and what to do, for any error that reaches a page.
export function troubleText(error: unknown, t: Text): string {
  if (!(error instanceof Problem)) return t("trouble.unknown");
  if (error.status === 429) return t("trouble.wait", { count: Math.max(1, error.waitSeconds) });
  const key = byStatus[error.status];
  if (key) return t(key as "trouble.unreachable");
  return error.detail === "" ? t("trouble.status", { status: String(error.status) }) : error.detail;
}
