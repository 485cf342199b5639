import { CopyText } from "./copy-text";

// Secret shows a name and a value to be copied, in one line of a list.
export function Secret({ name, value, hint }: { name: string; value: string; hint?: string }) {
  return (
    <div className="secret-line">
      <dt>{name}</dt>
      <dd>
        <code className="mono">{value}</code>
        <CopyText text={value} />
      </dd>
      {hint && <dd className="muted">{hint}</dd>}
    </div>
  );
}
