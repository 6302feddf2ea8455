// Builds dist/console/: the desk for agents, supervisors and administrators.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { chunks } from "./vite.chunks.ts";
import { alias, proxy } from "./vite.shared.ts";

const root = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const { plugin, groups } = chunks();

export default defineConfig({
  root: root("./console"),
  base: "/console/",
  plugins: [vue(), plugin],
  resolve: { alias },
  server: { proxy },
  build: {
    outDir: root("./dist/console"),
    emptyOutDir: true,
    target: "es2020",
    rolldownOptions: {
      checks: { pluginTimings: false }, // a slow machine is no fault of ours
      output: { codeSplitting: { groups } },
    },
    chunkSizeWarningLimit: 700,
  },
});
