import type { ReactNode } from "react";

type TableScrollProps = { label: string; className?: string; children: ReactNode };

// TableScroll holds a table that may be wider than the page, and lets it be scrolled by keyboard.
export function TableScroll({ label, className = "", children }: TableScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={`table-scroll ${className}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
