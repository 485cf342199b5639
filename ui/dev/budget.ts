import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

// What one view may cost to load before charts come, in compressed bytes of script.
export const firstViewLimit = 300 * 1024;

// budget prints the compressed size of the scripts of the largest first view after a build, and fails the build when it
// is above the limit. A first view is the entry with what it imports, and one lazily loaded page with what that imports.
export function budget(): Plugin {
  return {
    name: "jejak-budget",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = new Map(
        Object.values(bundle)
          .filter((piece) => piece.type === "chunk")
          .map((chunk) => [chunk.fileName, { ...chunk, bytes: gzipSync(chunk.code).length }]),
      );
      const entry = [...chunks.values()].find((chunk) => chunk.isEntry);
      if (!entry) return this.error("the build has no entry");
      const size = (names: Set<string>) =>
        sum([...names].map((name) => ({ bytes: chunks.get(name)?.bytes ?? 0 })));
      const views = entry.dynamicImports.map((page) => ({
        page,
        bytes: size(closure(chunks, [entry.fileName, page])),
      }));
      const largest = views.reduce((a, b) => (b.bytes > a.bytes ? b : a), { page: "", bytes: 0 });
      const charts = sum([...chunks.values()].filter((chunk) => isChart(chunk.fileName)));
      this.info(
        `script, gzip: ${kB(largest.bytes)} for the largest first view, ${largest.page} (limit ${kB(firstViewLimit)}); charts ${kB(charts)}`,
      );
      if (largest.bytes > firstViewLimit)
        this.error(
          `${largest.page} needs ${kB(largest.bytes)} of script; the limit is ${kB(firstViewLimit)}`,
        );
    },
  };
}

// closure are the chunks that some need at once: they and all they import.
function closure(chunks: Map<string, { imports: string[] }>, names: string[]): Set<string> {
  const needed = new Set<string>();
  const take = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const other of chunks.get(name)?.imports ?? []) take(other);
  };
  for (const name of names) take(name);
  return needed;
}

export const isChart = (name: string) => /(^|\/)echarts-/.test(name);

const sum = (sizes: { bytes: number }[]) => sizes.reduce((total, s) => total + s.bytes, 0);

const kB = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
