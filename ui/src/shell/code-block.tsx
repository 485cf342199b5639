import { CopyText } from "./copy-text";

// CodeBlock shows code to be copied. It can be scrolled by keyboard.
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="code" tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <CopyText text={text} />
    </div>
  );
}
