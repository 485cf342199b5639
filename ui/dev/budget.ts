import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

// What one view may cost to load before charts come, in compressed bytes of script.
export const firstViewLimit = 300 * 1024;

// budget prints the compressed size of the scripts after a build and fails it when everything but the charts' own
// chunk is above the limit. That is more than any first view loads, so the promise holds for each.
export function budget(): Plugin {
  return {
    name: "jejak-budget",
    apply: "build",
    generateBundle(_, bundle) {
      const sizes = Object.values(bundle)
        .filter((piece) => piece.type === "chunk")
        .map((chunk) => ({ name: chunk.fileName, bytes: gzipSync(chunk.code).length }));
      const charts = sum(sizes.filter((s) => isChart(s.name)));
      const rest = sum(sizes.filter((s) => !isChart(s.name)));
      this.info(
        `script, gzip: ${kB(rest)} without charts (limit ${kB(firstViewLimit)}), charts ${kB(charts)}`,
      );
      if (rest > firstViewLimit)
        this.error(`the first view needs ${kB(rest)} of script; the limit is ${kB(firstViewLimit)}`);
    },
  };
}

export const isChart = (name: string) => /(^|\/)echarts-/.test(name);

const sum = (sizes: { bytes: number }[]) => sizes.reduce((total, s) => total + s.bytes, 0);

const kB = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
