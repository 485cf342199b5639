const steps = [
  { x: 7.6, y: 22.6, turn: 42 },
  { x: 13.4, y: 15.2, turn: 62 },
  { x: 18.4, y: 18.8, turn: 62 },
  { x: 24.6, y: 9.4, turn: 36 },
];

// Mark is the sign of Jejak: footprints that climb like a chart.
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      {steps.map((step) => (
        <g
          key={step.x}
          fill="var(--accent-ink)"
          transform={`translate(${step.x} ${step.y}) rotate(${step.turn})`}
        >
          <ellipse cx="0" cy="-1.6" rx="2.1" ry="2.7" />
          <ellipse cx="0" cy="2.9" rx="1.45" ry="1.5" />
        </g>
      ))}
    </svg>
  );
}
