import { type ReactNode, useEffect } from "react";

// Page is one view inside the frame: a head with its title and actions, and a body that scrolls.
export function Page({ title, badge, actions, children }: PageProps) {
  useTitle(title);
  return (
    <div className="page">
      <header className="page-head">
        <h1 className="cut">{title}</h1>
        {badge}
        <div className="spread" />
        {actions}
      </header>
      {children}
    </div>
  );
}

type PageProps = { title: string; badge?: ReactNode; actions?: ReactNode; children: ReactNode };

// useTitle names the browser's tab after the view.
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Jejak`;
  }, [title]);
}
