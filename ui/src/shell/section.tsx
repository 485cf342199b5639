import type { ReactNode } from "react";

type SectionProps = { title: string; hint?: string; action?: ReactNode; children: ReactNode };

// Section is a titled card of a page.
export function Section({ title, hint, action, children }: SectionProps) {
  return (
    <section className="card section" aria-label={title}>
      <div className="section-head">
        <div>
          <h2>{title}</h2>
          {hint && <p className="muted">{hint}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}
