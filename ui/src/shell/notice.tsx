import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";

const icons = {
  bad: IconAlertTriangle,
  warning: IconAlertTriangle,
  good: IconCircleCheck,
  info: IconInfoCircle,
};

// Notice says something about the page in words, with a sign beside the colour. A bad one is read out at once.
export function Notice({ kind, children }: { kind: keyof typeof icons; children: ReactNode }) {
  const Icon = icons[kind];
  return (
    <div className="notice" data-kind={kind} role={kind === "bad" ? "alert" : "status"}>
      <Icon size={18} aria-hidden="true" />
      <div>{children}</div>
    </div>
  );
}
