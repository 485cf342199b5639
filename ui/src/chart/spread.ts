// spread moves heights apart until neighbours are at least gap away and none lies below floor (heights grow downwards).
// Their order stays, and they move as little as that allows: with the gaps taken out, it is the nearest ascending row,
// found by pooling neighbours that stand in the wrong order.
export function spread(heights: number[], gap: number, floor: number): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const pools: { sum: number; size: number }[] = [];
  for (const [rank, i] of order.entries()) {
    let pool = { sum: (heights[i] ?? 0) - rank * gap, size: 1 };
    for (let above = pools.at(-1); above && mean(above) > mean(pool); above = pools.at(-1)) {
      pool = { sum: above.sum + pool.sum, size: above.size + pool.size };
      pools.pop();
    }
    pools.push(pool);
  }
  const moved = pools.flatMap((pool) => Array<number>(pool.size).fill(mean(pool)));
  const spread = [...heights];
  for (const [rank, i] of order.entries()) {
    const lowest = floor - (order.length - 1 - rank) * gap;
    spread[i] = Math.min((moved[rank] ?? 0) + rank * gap, lowest);
  }
  return spread;
}

const mean = ({ sum, size }: { sum: number; size: number }) => sum / size;
