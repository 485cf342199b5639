import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { budget } from "./dev/budget.ts";
import { mock } from "./dev/mock.ts";

// With JEJAK_SERVER=http://127.0.0.1:7080 the development server asks a running jejak; without it, the mock answers.
const server = process.env.JEJAK_SERVER;

export default defineConfig({
  plugins: [react(), budget(), ...(server ? [] : [mock()])],
  server: {
    host: "127.0.0.1",
    port: 7081,
    proxy: server ? { "/api": { target: server, changeOrigin: true } } : undefined,
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
  build: {
    target: "es2022",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // The budget watches sizes.
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What charts share with dialogs must not lie beside the charts: every view would load both.
            { name: "tslib", test: /node_modules[\\/]tslib[\\/]/, priority: 1 },
            { name: "echarts", test: /node_modules[\\/](echarts|zrender)[\\/]/ },
          ],
        },
      },
    },
  },
});
