import { createContext, type ReactNode, useContext } from "react";
import type { Cell } from "../builder/base";
import { useVoice } from "../language/language";

// BehindContext opens the list of the people behind a number of the report around it.
export const BehindContext = createContext<((cell: Cell) => void) | undefined>(undefined);

type CountProps = { cell: Cell; of: string; children: ReactNode };

// Count is a number that opens the people behind it. of names the number for those who do not see where it stands.
export function Count({ cell, of, children }: CountProps) {
  const { t } = useVoice();
  const open = useContext(BehindContext);
  if (!open) return children;
  return (
    <button type="button" className="count" title={t("behind.open")} onClick={() => open(cell)}>
      {children}
      <span className="unseen"> {t("behind.of", { of })}</span>
    </button>
  );
}
