import "./session.css";
import type { ReactNode } from "react";
import { useVoice } from "../language/language";
import { Mark } from "../shell/mark";
import { useTitle } from "../shell/page";
import { LanguageChoice, ThemeChoice } from "./look";

// Alone is a page for somebody who is not inside yet.
export function Alone({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useVoice();
  useTitle(title);
  return (
    <div className="alone">
      <header className="alone-head">
        <span className="side-name">
          <Mark size={28} />
          Jejak
        </span>
        <div className="row">
          <LanguageChoice label={t("shell.language")} />
          <ThemeChoice label={t("shell.theme")} />
        </div>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
